#include <config.h>

#include "ordered.h"

#include <stdlib.h>

#include "memory.h"

/*
 * An AA tree: a node is of the level below its parent's, or, as a right child
 * whose own right child is not, of the same one; so none is deeper than twice
 * the level of the root, which is a logarithm.
 */
struct node {
	struct node	*left;		/* what comes before it */
	struct node	*right;
	void		*item;
	unsigned	 level;		/* 1: has no left child */
};

struct ordered {
	int		(*compare)(const void *key, const void *item);
	struct node	*root;
};

struct ordered *
ordered_make(int (*compare)(const void *key, const void *item))
{
	struct ordered *ordered = memory_make(1, sizeof(*ordered));

	ordered->compare = compare;
	return ordered;
}

static void
free_below(struct node *node, void (*release)(void *item))
{
	if (node == NULL)
		return;
	free_below(node->left, release);
	free_below(node->right, release);
	if (release != NULL)
		release(node->item);
	free(node);
}

void
ordered_free(struct ordered *ordered, void (*release)(void *item))
{
	if (ordered == NULL)
		return;
	free_below(ordered->root, release);
	free(ordered);
}

void *
ordered_find(const struct ordered *ordered, const void *key)
{
	const struct node *node = ordered->root;

	while (node != NULL) {
		const int order = ordered->compare(key, node->item);

		if (order == 0)
			return node->item;
		node = order < 0 ? node->left : node->right;
	}
	return NULL;
}

/* Turns a left child of the same level into the parent; returns the top. */
static struct node *
skew(struct node *node)
{
	struct node *left = node->left;

	if (left == NULL || left->level != node->level)
		return node;
	node->left = left->right;
	left->right = node;
	return left;
}

/* Lifts the middle of three of the same level; returns the top. */
static struct node *
split(struct node *node)
{
	struct node *right = node->right;

	if (right == NULL || right->right == NULL ||
	    right->right->level != node->level)
		return node;
	node->right = right->left;
	right->left = node;
	right->level++;
	return right;
}

/* Adds new by key at node or below; returns the top. */
static struct node *
add(const struct ordered *ordered, struct node *node, const void *key,
    struct node *new)
{
	if (node == NULL)
		return new;
	if (ordered->compare(key, node->item) < 0)
		node->left = add(ordered, node->left, key, new);
	else
		node->right = add(ordered, node->right, key, new);
	return split(skew(node));
}

void
ordered_add(struct ordered *ordered, const void *key, void *item)
{
	struct node *new = memory_make(1, sizeof(*new));

	new->item = item;
	new->level = 1;
	ordered->root = add(ordered, ordered->root, key, new);
}
