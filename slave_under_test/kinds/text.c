#include "slave_under_test/kinds/text.h"

#include <stdio.h>
#include <stdlib.h>

char *slave_text_read(const char *path)
{
    FILE *file = fopen(path, "rbe");
    char *text = NULL;
    if (file == NULL)
        return NULL;
    if (fseek(file, 0, SEEK_END) == 0) {
        const long bytes = ftell(file);
        text = bytes < 0 ? NULL : calloc((size_t)bytes + 1, 1);
        if (text != NULL && (fseek(file, 0, SEEK_SET) != 0 ||
                             fread(text, 1, (size_t)bytes, file) != (size_t)bytes)) {
            free(text);
            text = NULL;
        }
    }
    (void)fclose(file);
    return text;
}
