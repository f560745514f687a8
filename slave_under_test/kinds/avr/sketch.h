/// What an Arduino sketch leaves to its IDE: a function may be used above its definition, as those
/// that Wire.onReceive() is given mostly are.
///
/// The IDE declares all functions above the first. Here each is declared above the first thing at
/// file level that names it, so its parameters may be of types that the sketch itself defines.
///
/// Not declared: templates, operators, members of classes and namespaces, functions with default
/// arguments, and those that the sketch declares itself.
#ifndef AVR_SKETCH_H
#define AVR_SKETCH_H

/// The sketch with those declarations, to be freed; NULL: out of memory. `text` is what the
/// preprocessor made of it, with its line markers: what of it stands in files *.ino is the sketch.
/// Lines and columns stay as they are.
char *avr_sketch_complete(const char *text);

#endif
