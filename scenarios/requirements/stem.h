/// The one way in which words are cut to their stems, by the search and by the generator alike.
#ifndef REQUIREMENT_STEM_H
#define REQUIREMENT_STEM_H

enum { REQUIREMENT_WORD_MAX = 32 }; ///< bytes of a word with its NUL; longer ones are cut

/// Copies the next word of `text` (letters and digits) to `word` in lower case and without its
/// ending, so that "Releasing" and "released" are one. Returns where to go on, or NULL when there
/// is no further word.
const char *requirement_next_word(const char *text, char word[REQUIREMENT_WORD_MAX]);

#endif
