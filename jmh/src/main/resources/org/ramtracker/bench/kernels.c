/* The inner loops as a C compiler makes them for this processor: what the Java ones are compared with. */
#include <stdint.h>
#include <string.h>
#if defined(__AVX2__) || defined(__AVX512BW__)
#include <immintrin.h>
#endif

#define PAGE 4096

/* A block of 256 bytes: are all its words equal to the given one? The same decision per block as in the Java kernels. */
static inline int block_equals(const uint8_t *at, uint64_t word)
{
#if defined(__AVX512BW__)
    const __m512i *v = (const __m512i *)at;
    __m512i w = _mm512_set1_epi64((long long)word);
    __m512i a = _mm512_xor_si512(_mm512_loadu_si512(v), w), b = _mm512_xor_si512(_mm512_loadu_si512(v + 1), w);
    __m512i c = _mm512_xor_si512(_mm512_loadu_si512(v + 2), w), d = _mm512_xor_si512(_mm512_loadu_si512(v + 3), w);
    __m512i any = _mm512_or_si512(_mm512_or_si512(a, b), _mm512_or_si512(c, d));
    return _mm512_test_epi64_mask(any, any) == 0;
#elif defined(__AVX2__)
    const __m256i *v = (const __m256i *)at;
    __m256i w = _mm256_set1_epi64x((long long)word), any = _mm256_setzero_si256();
    for (int i = 0; i < 8; i++)
        any = _mm256_or_si256(any, _mm256_xor_si256(_mm256_loadu_si256(v + i), w));
    return _mm256_testz_si256(any, any);
#else
    uint64_t any = 0, words[32];
    memcpy(words, at, sizeof words);
    for (int i = 0; i < 32; i++)
        any |= words[i] ^ word;
    return any == 0;
#endif
}

static __attribute__((noinline)) int uniform_byte(const uint8_t *page)
{
    uint64_t first;
    memcpy(&first, page, 8);
    uint64_t word = (first & 0xFF) * 0x0101010101010101ull;
    if (first != word)
        return -1;
    for (int at = 0; at < PAGE; at += 256)
        if (!block_equals(page + at, word))
            return -1;
    return (int)(first & 0xFF);
}

/* Sum of the answers for so many pages of 4 KiB, over and over those that the mask leaves. */
int64_t rt_classify(const uint8_t *memory, int64_t pages, int64_t mask)
{
    int64_t answers = 0;
    for (int64_t i = 0; i < pages; i++)
        answers += uniform_byte(memory + (i & mask) * PAGE);
    return answers;
}

static inline uint64_t bits_of(const uint64_t *words, int64_t word, uint64_t flip)
{
    return words[word] ^ flip;
}

/* First page from `from` on whose bit, flipped or not, is set; `pages` if there is none. */
static int64_t first_page(const uint64_t *words, int64_t from, int64_t pages, uint64_t flip)
{
    if (from >= pages)
        return pages;
    int64_t word = from >> 6, end = (pages + 63) >> 6;
    uint64_t bits = bits_of(words, word, flip) & (~0ull << (from & 63));
    while (bits == 0) {
        word++;
        while (word + 32 <= end && (word & 31) == 0 && block_equals((const uint8_t *)(words + word), flip))
            word += 32;
        if (word >= end)
            return pages;
        bits = bits_of(words, word, flip);
    }
    int64_t page = (word << 6) + __builtin_ctzll(bits);
    return page < pages ? page : pages;
}

/* A checksum over the maximal runs of a bitmap. */
int64_t rt_runs(const uint64_t *words, int64_t pages)
{
    int64_t sum = 0, page = first_page(words, 0, pages, 0);
    while (page < pages) {
        int64_t end = first_page(words, page, pages, ~0ull);
        sum = sum * 31 + page + (end - page) * 7;
        page = first_page(words, end, pages, 0);
    }
    return sum;
}

static inline uint64_t differing(const uint8_t *a, const uint8_t *b)
{
#if defined(__AVX512BW__)
    return _mm512_cmpneq_epi8_mask(_mm512_loadu_si512(a), _mm512_loadu_si512(b));
#elif defined(__AVX2__)
    uint64_t low = (uint32_t)_mm256_movemask_epi8(
        _mm256_cmpeq_epi8(_mm256_loadu_si256((const __m256i *)a), _mm256_loadu_si256((const __m256i *)b)));
    uint64_t high = (uint32_t)_mm256_movemask_epi8(
        _mm256_cmpeq_epi8(_mm256_loadu_si256((const __m256i *)a + 1), _mm256_loadu_si256((const __m256i *)b + 1)));
    return ~(low | high << 32);
#else
    uint64_t mask = 0;
    for (int i = 0; i < 64; i++)
        mask |= (uint64_t)(a[i] != b[i]) << i;
    return mask;
#endif
}

static inline int put_length(uint8_t *to, int length)
{
    if (length < 0x80) {
        to[0] = (uint8_t)length;
        return 1;
    }
    to[0] = (uint8_t)(length | 0x80);
    to[1] = (uint8_t)(length >> 7);
    return 2;
}

/* The exact XBZRLE delta of a page: its length, 0 if nothing changed, -1 if it would be longer than the page. */
static int encode(const uint8_t *old, const uint8_t *now, uint8_t *delta)
{
    int length = 0, begin = 0, in_change = 0;
    uint64_t carry = 0;
    for (int at = 0; at <= PAGE; at += 64) {
        uint64_t differs = at < PAGE ? differing(old + at, now + at) : 0;
        uint64_t edges = at < PAGE ? differs ^ (differs << 1 | carry) : (uint64_t)in_change;
        carry = differs >> 63;
        for (; edges; edges &= edges - 1) {
            int end = at + __builtin_ctzll(edges);
            if (length + 2 + (in_change ? end - begin : 0) > PAGE)
                return -1;
            length += put_length(delta + length, end - begin);
            if (in_change) {
                memcpy(delta + length, now + begin, (size_t)(end - begin));
                length += end - begin;
            }
            in_change = !in_change;
            begin = end;
        }
    }
    return length;
}

/* Sum of the lengths of the deltas of so many pages. */
int64_t rt_encode(const uint8_t *old, const uint8_t *now, int64_t pages, uint8_t *delta)
{
    int64_t bytes = 0;
    for (int64_t i = 0; i < pages; i++)
        bytes += encode(old + i * PAGE, now + i * PAGE, delta);
    return bytes;
}
