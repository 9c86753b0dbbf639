#include <config.h>

#include "sha256pair.h"

#if HAVE_SHA_INSTRUCTIONS
#include <cpuid.h>
#include <immintrin.h>

/* These functions are for processors that have these instructions. */
#define WITH_SHA	__attribute__((target("sha,sse4.1,ssse3")))
#define INLINE		WITH_SHA __attribute__((always_inline)) static inline

/* The state as the instructions want it, and sixteen words of the message. */
struct half {
	__m128i	abef;
	__m128i	cdgh;
	__m128i	words[4];
};

static const uint32_t keys[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5,
	0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
	0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
	0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
	0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5,
	0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
};

bool
sha256pair_is_possible(void)
{
	unsigned eax;
	unsigned ebx;
	unsigned ecx;
	unsigned edx;

	if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) == 0 ||
	    (ecx & bit_SSE4_1) == 0 || (ecx & bit_SSSE3) == 0)
		return (false);
	return (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0 &&
	    (ebx & bit_SHA) != 0);
}

INLINE void
load_state(struct half *half, const uint32_t *state)
{
	const __m128i *place = (const __m128i *)(const void *)state;
	const __m128i abcd = _mm_loadu_si128(place);
	const __m128i efgh = _mm_loadu_si128(place + 1);
	const __m128i badc = _mm_shuffle_epi32(abcd, 0xb1);
	const __m128i hgfe = _mm_shuffle_epi32(efgh, 0x1b);

	half->abef = _mm_alignr_epi8(badc, hgfe, 8);
	half->cdgh = _mm_blend_epi16(hgfe, badc, 0xf0);
}

INLINE void
store_state(const struct half *half, uint32_t *state)
{
	__m128i *place = (__m128i *)(void *)state;
	const __m128i feba = _mm_shuffle_epi32(half->abef, 0x1b);
	const __m128i dchg = _mm_shuffle_epi32(half->cdgh, 0xb1);

	_mm_storeu_si128(place, _mm_blend_epi16(feba, dchg, 0xf0));
	_mm_storeu_si128(place + 1, _mm_alignr_epi8(dchg, feba, 8));
}

/* Loads a block, whose words are big-endian. */
INLINE void
load_words(struct half *half, const unsigned char *block)
{
	const __m128i order = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11,
	    4, 5, 6, 7, 0, 1, 2, 3);
	const __m128i *place = (const __m128i *)(const void *)block;

	half->words[0] = _mm_shuffle_epi8(_mm_loadu_si128(place), order);
	half->words[1] = _mm_shuffle_epi8(_mm_loadu_si128(place + 1), order);
	half->words[2] = _mm_shuffle_epi8(_mm_loadu_si128(place + 2), order);
	half->words[3] = _mm_shuffle_epi8(_mm_loadu_si128(place + 3), order);
}

/* Four rounds, with the i-th four of the words that are there. */
INLINE void
do_rounds(struct half *half, unsigned i, __m128i key)
{
	const __m128i sum = _mm_add_epi32(half->words[i], key);

	half->cdgh = _mm_sha256rnds2_epu32(half->cdgh, half->abef, sum);
	half->abef = _mm_sha256rnds2_epu32(half->abef, half->cdgh,
	    _mm_shuffle_epi32(sum, 0x0e));
}

/* Makes of the i-th four words those that are sixteen behind them. */
INLINE void
extend_words(struct half *half, unsigned i)
{
	__m128i *words = half->words;
	const __m128i last = words[(i + 3) % 4];
	const __m128i sum = _mm_add_epi32(
	    _mm_sha256msg1_epu32(words[i], words[(i + 1) % 4]),
	    _mm_alignr_epi8(last, words[(i + 2) % 4], 4));

	words[i] = _mm_sha256msg2_epu32(sum, last);
}

INLINE void
do_both(struct half *left, struct half *right, unsigned i,
    const uint32_t *key)
{
	const __m128i four = _mm_loadu_si128(
	    (const __m128i *)(const void *)(key + 4 * (size_t)i));

	do_rounds(left, i, four);
	do_rounds(right, i, four);
}

/* Sixteen rounds of both, and the words for the next sixteen. */
INLINE void
do_sixteen(struct half *left, struct half *right, const uint32_t *key)
{
	do_both(left, right, 0, key);
	extend_words(left, 0);
	extend_words(right, 0);
	do_both(left, right, 1, key);
	extend_words(left, 1);
	extend_words(right, 1);
	do_both(left, right, 2, key);
	extend_words(left, 2);
	extend_words(right, 2);
	do_both(left, right, 3, key);
	extend_words(left, 3);
	extend_words(right, 3);
}

INLINE void
add_state(struct half *half, __m128i abef, __m128i cdgh)
{
	half->abef = _mm_add_epi32(half->abef, abef);
	half->cdgh = _mm_add_epi32(half->cdgh, cdgh);
}

INLINE void
do_block(struct half *left, struct half *right)
{
	const struct half first = *left;
	const struct half second = *right;

	do_sixteen(left, right, keys);
	do_sixteen(left, right, keys + 16);
	do_sixteen(left, right, keys + 32);
	do_both(left, right, 0, keys + 48);
	do_both(left, right, 1, keys + 48);
	do_both(left, right, 2, keys + 48);
	do_both(left, right, 3, keys + 48);
	add_state(left, first.abef, first.cdgh);
	add_state(right, second.abef, second.cdgh);
}

WITH_SHA void
sha256pair_compress(struct sha256pair_half *left,
    struct sha256pair_half *right, size_t count)
{
	struct half first;
	struct half second;

	load_state(&first, left->state);
	load_state(&second, right->state);
	for (; count > 0; count--) {
		load_words(&first, left->next);
		load_words(&second, right->next);
		do_block(&first, &second);
		left->next += SHA256PAIR_BLOCK;
		right->next += SHA256PAIR_BLOCK;
	}
	store_state(&first, left->state);
	store_state(&second, right->state);
}
#else
bool
sha256pair_is_possible(void)
{
	return (false);
}

void
sha256pair_compress(struct sha256pair_half *left,
    struct sha256pair_half *right, size_t count)
{
	(void)left;
	(void)right;
	(void)count;
}
#endif
