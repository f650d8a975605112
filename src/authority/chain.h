/* chain.h: chains of nodes, the values of the context variable: read, built, compared, never changed. */
#ifndef FA_CHAIN_H
#define FA_CHAIN_H

#include "authority/scope.h"

/* Before anything below is called in this interpreter. Returns 0, or -1 with an exception set. */
int fa_chain_exec(fa_interpreter *here);

/* The value of our variable in `context` (the current one when NULL): 1 and a new reference, 0 when it
 * has none, -1 with an exception set. Any type of value. */
int fa_chain_value(fa_interpreter *here, PyObject *context, PyObject **value);

/* The same, as a chain without what is over there: *chain is a new reference or NULL (nothing). Returns
 * 0, or -1 with ScopeError set when the value is not ours. */
int fa_chain_get(fa_interpreter *here, PyObject *context, fa_node **chain);

/* Make `chain` the current context's (NULL: empty). Returns 0, or -1 with an exception set. */
int fa_chain_set(fa_interpreter *here, fa_node *chain);

/* Make `chain` that of another context, which nobody is in. Returns 0, or -1 with an exception set. */
int fa_chain_set_in(fa_interpreter *here, PyObject *context, fa_node *chain);

/* Make `chain` the current context's for a while: a token for fa_chain_reset() (new reference), or NULL
 * with an exception set; then the variable is as it was, and that was `before` (NULL: empty). */
PyObject *fa_chain_swap(fa_interpreter *here, fa_node *chain, fa_node *before);

/* Put the variable back as it was before the token, and that was `before`. Returns 0, or -1 with an exception
 * set: then it stays as it is, the narrower side. */
int fa_chain_reset(fa_interpreter *here, PyObject *token, fa_node *before);

/* A node for `box` around `outer`, which may be NULL; holds both (new reference). */
fa_node *fa_chain_push(fa_interpreter *here, fa_node *outer, fa_box *box);

bool fa_chain_has(const fa_node *chain, const fa_box *box);

/* Whether the box of a trusted call that runs in `context` lies there: what follows is what the call's maker had, which
 * the ends of scopes in that context do not touch. And whether `chain`, that context's, has the box before that. */
bool fa_chain_ends_own(const fa_node *node, const void *context);
bool fa_chain_has_own(const fa_node *chain, const fa_box *box, const void *context);

/* Whether it has all of them. */
bool fa_chain_has_all(const fa_node *chain, fa_box *const *boxes, size_t count);

/* `chain` with the `extra` boxes that it does not have yet beneath it, so that leaving one of its own never
 * takes one of those along (new reference, NULL with an exception set). `extra` is innermost first. */
fa_node *fa_chain_join(fa_interpreter *here, fa_node *chain, fa_box *const *extra, size_t count);

/* `chain` without the boxes for which `drops` answers true (*result: new reference, NULL for nothing
 * left). Returns 0, or -1 with an exception set. */
typedef bool (*fa_chain_drops)(const fa_box *box, const void *data);
int fa_chain_filter(fa_interpreter *here, fa_node *chain, fa_chain_drops drops, const void *data,
                    fa_node **result);

#endif
