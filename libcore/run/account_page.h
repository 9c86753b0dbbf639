#ifndef LIBCORE_RUN_ACCOUNT_PAGE_H
#define LIBCORE_RUN_ACCOUNT_PAGE_H

#include <stdint.h>

struct account;
struct text;

/*
 * Adds account as one HTML document that needs nothing but itself: no script,
 * and nothing that is fetched.  source tells what it was made of, made is the
 * time now.  What commands said stands in it as text, whatever it is.
 */
void
account_page(const struct account *account, const char *source, int64_t made,
    struct text *page);

/*
 * Adds the begin of such a page, up to within its header, and its end, for a
 * report of something else; source and made are as above.
 */
void
account_page_begin(const char *title, struct text *page);
void
account_page_end(const char *program, const char *source, int64_t made,
    struct text *page);

#endif
