// A search by plain words. Each word of the question weighs more the rarer it is in the catalogue,
// and more where it stands in a title or symptom than in a longer text. Integers only, so that the
// order is the same everywhere.
#include "scenarios/requirements/requirements.h"
#include "scenarios/requirements/stem.h"
#include "scenarios/requirements/table.h"

#include <stdint.h>
#include <string.h>

enum {
    QUERY_MAX = 16,
    WEIGHT_TEXT = 1,
    WEIGHT_CAUSE = 2,
    WEIGHT_REQUIREMENT = 4,
    WEIGHT_TITLE = 4,
    WEIGHT_SYMPTOM = 16
};

typedef struct {
    char word[QUERY_MAX][REQUIREMENT_WORD_MAX];
    unsigned rarity[QUERY_MAX];
    unsigned words;
    bool strange; ///< some of them stand nowhere in the catalogue
} query;

/// Words of a text with aliases replaced and ignored words left out.
typedef struct {
    const char *next; ///< NULL when at the end
    char word[REQUIREMENT_WORD_MAX];
} word_reader;

static const char *alias_of(const char *alias)
{
    size_t low = 0;
    size_t high = requirement_aliases_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = strcmp(requirement_aliases[middle].alias, alias);
        if (order == 0) {
            return requirement_aliases[middle].word;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

/// The meaning of the word in `reader` together with the one after it, or NULL. On success the
/// second word is consumed.
static const char *alias_of_pair(word_reader *reader)
{
    char pair[2 * REQUIREMENT_WORD_MAX];
    const size_t length = strlen(reader->word);
    memcpy(pair, reader->word, length);
    pair[length] = ' ';
    const char *after = requirement_next_word(reader->next, pair + length + 1);
    if (after == NULL) {
        return NULL;
    }
    const char *meaning = alias_of(pair);
    if (meaning != NULL) {
        reader->next = after;
    }
    return meaning;
}

static bool read_word(word_reader *reader)
{
    for (;;) {
        reader->next = requirement_next_word(reader->next, reader->word);
        if (reader->next == NULL) {
            return false;
        }
        const char *meaning = alias_of_pair(reader);
        if (meaning == NULL) {
            meaning = alias_of(reader->word);
        }
        if (meaning == NULL) {
            return true;
        }
        if (meaning[0] != '\0') {
            memcpy(reader->word, meaning, strlen(meaning) + 1);
            return true;
        }
    }
}

static bool query_has(const query *asked, const char *word, unsigned *index)
{
    for (unsigned i = 0; i < asked->words; i++) {
        if (strcmp(asked->word[i], word) == 0) {
            *index = i;
            return true;
        }
    }
    return false;
}

/// Which words of the question the text has, bit i = word i.
static uint32_t words_in(const query *asked, const char *text)
{
    uint32_t found = 0;
    word_reader reader = {.next = text};
    while (read_word(&reader)) {
        unsigned i = 0;
        if (query_has(asked, reader.word, &i)) {
            found |= UINT32_C(1) << i;
        }
    }
    return found;
}

static unsigned weigh(const query *asked, uint32_t found, unsigned weight)
{
    unsigned sum = 0;
    for (unsigned i = 0; i < asked->words; i++) {
        sum += (found >> i & 1) != 0 ? asked->rarity[i] * weight : 0;
    }
    return sum;
}

static unsigned bits_in(uint32_t set)
{
    unsigned count = 0;
    for (; set != 0; set &= set - 1) {
        count++;
    }
    return count;
}

/// A phrase counts by how much it and the question have in common, and how little each has beside;
/// the very phrase counts twice.
static unsigned phrase_score(const query *asked, const char *phrase)
{
    uint32_t found = 0;
    unsigned words = 0;
    word_reader reader = {.next = phrase};
    for (; read_word(&reader); words++) {
        unsigned i = 0;
        if (query_has(asked, reader.word, &i)) {
            found |= UINT32_C(1) << i;
        }
    }
    const unsigned common = bits_in(found);
    const unsigned score =
        weigh(asked, found, WEIGHT_SYMPTOM) * 2 * common / (asked->words + words);
    return common == asked->words && common == words ? 2 * score : score;
}

static unsigned best_phrase(const query *asked, const requirement_failure *failure)
{
    unsigned best = 0;
    for (const char *const *symptom = failure->symptoms; *symptom != NULL; symptom++) {
        const unsigned score = phrase_score(asked, *symptom);
        best = score > best ? score : best;
    }
    return best;
}

static uint32_t words_of_row(const query *asked, const requirement_row *row)
{
    return words_in(asked, row->group->title) | words_in(asked, row->id) |
           words_in(asked, row->requirement) | words_in(asked, row->stimulus) |
           words_in(asked, row->expected) | words_in(asked, row->cause) |
           words_in(asked, row->cure);
}

static uint32_t words_of_failure(const query *asked, const requirement_failure *failure)
{
    uint32_t found = words_in(asked, failure->title) | words_in(asked, failure->shows) |
                     words_in(asked, failure->cause);
    for (const char *const *symptom = failure->symptoms; *symptom != NULL; symptom++) {
        found |= words_in(asked, *symptom);
    }
    return found;
}

/// A text that has only some of the words asked for counts for that part of what they weigh.
static unsigned cover(const query *asked, uint32_t found, unsigned score)
{
    const uint32_t all = (UINT32_C(1) << asked->words) - 1;
    return score * weigh(asked, found, 1) / weigh(asked, all, 1);
}

/// Where words of the question are strange, one that a text has by the way (the "machine" of a
/// state machine) says nothing: it must stand where texts say what they are about.
static bool is_about(const query *asked, uint32_t main)
{
    return !asked->strange || main != 0;
}

static unsigned failure_score(const query *asked, const requirement_failure *failure)
{
    const uint32_t title = words_in(asked, failure->title);
    const uint32_t shows = words_in(asked, failure->shows) & ~title;
    const uint32_t cause = words_in(asked, failure->cause) & ~title & ~shows;
    const unsigned score = best_phrase(asked, failure) + weigh(asked, title, WEIGHT_TITLE) +
                           weigh(asked, shows, WEIGHT_CAUSE) + weigh(asked, cause, WEIGHT_CAUSE);
    if (best_phrase(asked, failure) == 0 && !is_about(asked, title))
        return 0;
    return cover(asked, words_of_failure(asked, failure), score);
}

/// What a row gets for its own texts.
static unsigned row_text_score(const query *asked, const requirement_row *row)
{
    const uint32_t title = words_in(asked, row->group->title) | words_in(asked, row->id);
    const uint32_t main = words_in(asked, row->requirement);
    const uint32_t cause = (words_in(asked, row->cause) | words_in(asked, row->cure)) & ~main;
    const uint32_t rest = (words_in(asked, row->stimulus) | words_in(asked, row->expected)) & ~main;
    const unsigned score = weigh(asked, main, WEIGHT_REQUIREMENT) +
                           weigh(asked, title, WEIGHT_TITLE) + weigh(asked, cause, WEIGHT_CAUSE) +
                           weigh(asked, rest & ~cause, WEIGHT_TEXT);
    return is_about(asked, main | title) ? cover(asked, words_of_row(asked, row), score) : 0;
}

/// What a row gets for the failure modes that it catches: half of the best, less for later places.
static unsigned row_failure_score(const requirement_row *row, const unsigned *failure_scores)
{
    unsigned best = 0;
    for (size_t n = 0; n < requirement_failures_count; n++) {
        const requirement_row *const *caught = requirement_failures[n].rows;
        for (unsigned place = 0; caught[place] != NULL; place++) {
            const unsigned score = failure_scores[n] / (2 + place);
            if (caught[place] == row && score > best) {
                best = score;
            }
        }
    }
    return best;
}

static void count_words(unsigned seen[QUERY_MAX], uint32_t found)
{
    for (unsigned i = 0; i < QUERY_MAX; i++) {
        seen[i] += found >> i & 1;
    }
}

/// How often a word halves the catalogue: 1 for one that is everywhere, 9 for one in a single
/// place.
static void rate_words(query *asked)
{
    unsigned seen[QUERY_MAX] = {0};
    for (size_t i = 0; i < requirement_rows_count; i++) {
        count_words(seen, words_of_row(asked, &requirement_rows[i]));
    }
    for (size_t i = 0; i < requirement_failures_count; i++) {
        count_words(seen, words_of_failure(asked, &requirement_failures[i]));
    }
    const size_t texts = requirement_rows_count + requirement_failures_count;
    for (unsigned i = 0; i < asked->words; i++) {
        asked->rarity[i] = 1;
        asked->strange = asked->strange || seen[i] == 0;
        for (size_t n = texts; seen[i] != 0 && n / 2 >= seen[i]; n /= 2) {
            asked->rarity[i]++;
        }
    }
}

static void query_read(query *asked, const char *text)
{
    word_reader reader = {.next = text};
    while (asked->words < QUERY_MAX && read_word(&reader)) {
        unsigned i = 0;
        if (!query_has(asked, reader.word, &i)) {
            memcpy(asked->word[asked->words++], reader.word, sizeof(reader.word));
        }
    }
    rate_words(asked);
}

/// Keeps `hits` sorted; the earlier of two equals stays in front.
static size_t insert(requirement_hit *hits, size_t count, size_t max, requirement_hit hit)
{
    if (hit.score == 0 || (count == max && (max == 0 || hits[max - 1].score >= hit.score))) {
        return count;
    }
    size_t at = count < max ? count : max - 1;
    for (; at > 0 && hits[at - 1].score < hit.score; at--) {
        hits[at] = hits[at - 1];
    }
    hits[at] = hit;
    return count < max ? count + 1 : max;
}

size_t requirement_search(const char *text, requirement_hit *hits, size_t hits_max)
{
    query asked = {.words = 0};
    query_read(&asked, text);
    if (asked.words == 0) {
        return 0;
    }
    size_t count = 0;
    unsigned failure_scores[REQUIREMENT_FAILURES_MAX];
    for (size_t i = 0; i < requirement_failures_count; i++) {
        const requirement_failure *failure = &requirement_failures[i];
        failure_scores[i] = failure_score(&asked, failure);
        const requirement_hit hit = {.failure = failure, .score = failure_scores[i]};
        count = insert(hits, count, hits_max, hit);
    }
    for (size_t i = 0; i < requirement_rows_count; i++) {
        const requirement_row *row = &requirement_rows[i];
        const unsigned score = row_text_score(&asked, row) + row_failure_score(row, failure_scores);
        count = insert(hits, count, hits_max, (requirement_hit){.row = row, .score = score});
    }
    return count;
}
