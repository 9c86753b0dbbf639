#include <config.h>

#include "digest_many.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../compat/sha256pair.h"
#include "digest.h"
#include "memory.h"

enum {
	BLOCK = SHA256PAIR_BLOCK,
	LENGTH_SIZE = 8,		/* that ends a message */
	LANES = 2
};

/* One of the two that are taken at once. */
struct lane {
	struct sha256pair_half	 half;
	const struct digest_item *item;	/* NULL: none */
	size_t			 blocks;	/* that come next */
	bool			 ending;	/* they are those in rest */
	unsigned char		 rest[2 * BLOCK];
};

struct digest_many {
	struct digest	*digest;
	bool		 fast;
};

struct digest_many *
digest_many_make(void)
{
	struct digest_many *many = memory_make(1, sizeof(*many));

	many->digest = digest_make();
	many->fast = sha256pair_is_possible();
	return (many);
}

void
digest_many_free(struct digest_many *many)
{
	if (many == NULL)
		return;
	digest_free(many->digest);
	free(many);
}

bool
digest_many_is_fast(const struct digest_many *many)
{
	return (many->fast);
}

void
digest_many_take_plainly(struct digest_many *many,
    const struct digest_item *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		digest_add(many->digest, items[i].bytes, items[i].size);
		digest_end(many->digest, items[i].value);
	}
}

/* Writes number, the highest byte first, into size bytes at place. */
static void
put_big_endian(unsigned char *place, size_t size, uint64_t number)
{
	while (size > 0) {
		place[--size] = (unsigned char)(number & 0xff);
		number >>= 8;
	}
}

/*
 * Begins with the last blocks: what is left of the message, a bit, zeros, and
 * how many bits the message has.
 */
static void
begin_rest(struct lane *lane)
{
	const size_t size = lane->item->size % BLOCK;
	const size_t whole = size + 1 + LENGTH_SIZE > BLOCK ? 2 * BLOCK :
	    BLOCK;

	memset(lane->rest, 0, sizeof(lane->rest));
	if (size > 0)
		memcpy(lane->rest, lane->half.next, size);
	lane->rest[size] = 0x80;
	put_big_endian(lane->rest + whole - LENGTH_SIZE, LENGTH_SIZE,
	    (uint64_t)lane->item->size * 8);
	lane->half.next = lane->rest;
	lane->blocks = whole / BLOCK;
	lane->ending = true;
}

static void
begin_item(struct lane *lane, const struct digest_item *item)
{
	static const uint32_t initial[SHA256PAIR_WORDS] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
		0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
	};

	memcpy(lane->half.state, initial, sizeof(initial));
	lane->half.next = item->bytes;
	lane->item = item;
	lane->blocks = item->size / BLOCK;
	lane->ending = false;
	if (lane->blocks == 0)
		begin_rest(lane);
}

static void
end_item(struct lane *lane)
{
	for (size_t i = 0; i < SHA256PAIR_WORDS; i++)
		put_big_endian(lane->item->value + 4 * i, 4,
		    lane->half.state[i]);
	lane->item = NULL;
}

/* Notes that count blocks were taken in. */
static void
pass_blocks(struct lane *lane, size_t count)
{
	lane->blocks -= count;
	if (lane->blocks > 0)
		return;
	if (lane->ending)
		end_item(lane);
	else
		begin_rest(lane);
}

/* Takes in as much as can be of both; one may have no item. */
static void
step(struct lane *left, struct lane *right)
{
	struct lane *busy = left->item != NULL ? left : right;
	struct lane *other = busy == left ? right : left;
	size_t count = busy->blocks;

	if (other->item == NULL) {
		/* It does the same, for nothing. */
		other->half = busy->half;
	} else if (other->blocks < count) {
		count = other->blocks;
	}
	sha256pair_compress(&left->half, &right->half, count);
	pass_blocks(busy, count);
	if (other->item != NULL)
		pass_blocks(other, count);
}

void
digest_many_take(struct digest_many *many, const struct digest_item *items,
    size_t count)
{
	struct lane lanes[LANES];
	size_t next = 0;

	/* What is alone has nothing to wait for. */
	if (!many->fast || count < LANES) {
		digest_many_take_plainly(many, items, count);
		return;
	}
	for (size_t i = 0; i < LANES; i++)
		lanes[i].item = NULL;
	do {
		for (size_t i = 0; i < LANES && next < count; i++) {
			if (lanes[i].item == NULL)
				begin_item(&lanes[i], &items[next++]);
		}
		step(&lanes[0], &lanes[1]);
	} while (next < count || lanes[0].item != NULL ||
	    lanes[1].item != NULL);
}
