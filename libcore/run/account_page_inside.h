#ifndef LIBCORE_RUN_ACCOUNT_PAGE_INSIDE_H
#define LIBCORE_RUN_ACCOUNT_PAGE_INSIDE_H

#include <stddef.h>

struct account;
struct account_act;
struct text;

/* What only the account_page*.c files see of each other: parts of the page. */

/* Adds the style sheet. */
void
account_page_style(struct text *page);

/* Adds the time line, an SVG. */
void
account_page_chart(const struct account *account, struct text *page);

/* Adds the table of steps, and what each of them did and said. */
void
account_page_steps(const struct account *account, struct text *page);
void
account_page_details(const struct account *account, struct text *page);

/* Adds what was found before and after, side by side. */
void
account_page_found(const struct account *account, struct text *page);

/* Returns how step stands, as the name of a class of the style sheet. */
const char *
account_page_class(const struct account *account, size_t step);

/* Returns the same for what came of act. */
const char *
account_page_act_class(const struct account_act *act);

#endif
