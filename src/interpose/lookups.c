/* lookups.c: what a look-up of a name gave, remembered for the scopes that asked. */
#include "interpose/lookups.h"

#include "authority/authority.h"
#include "interpose/interpose.h"
#include "support/ip.h"

/* The scope's table of addresses, made at its first look-up; NULL when out of memory. */
static fa_learned *
learned_of(fa_scope *scope)
{
    fa_learned *learned = atomic_load(&scope->learned);
    if (learned != NULL) {
        return learned;
    }
    fa_learned *fresh = fa_learned_new();
    if (fresh == NULL) {
        return NULL;
    }
    if (!atomic_compare_exchange_strong(&scope->learned, &learned, fresh)) {
        fa_learned_free(fresh); /* another thread was faster */
        return learned;
    }
    /* What threads remember of the authority holds the table that was not there. */
    atomic_fetch_add(&fa_state_process.epoch, 1);
    return fresh;
}

/* A name as bytes, which CPython hands to the resolver as they are (new reference), with the error that it would
 * raise. Text it encodes by a codec, which asks a class of the guest's for its own answer, and can be exchanged. */
static PyObject *
encode_name(PyObject *name)
{
    PyObject *text = PyUnicode_FromObject(name); /* owned: of the exact type */
    PyObject *encoded = text == NULL ? NULL : PyUnicode_AsEncodedString(text, "idna", NULL); /* owned */
    if (encoded != NULL && PyUnicode_IS_ASCII(text)) {
        Py_SETREF(encoded, PyUnicode_AsASCIIString(text));
    }
    Py_XDECREF(text);
    return encoded;
}

/* Call with the name, which comes first or as `host`, in bytes: what the event shows, what is looked up and what is
 * learned are the same then. *name: those (new reference), or NULL when what is asked for is no name. */
static PyObject *
ask(const fa_patch *patch, PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names, PyObject **name)
{
    enum { MOST = 8 };
    PyObject *given[MOST]; /* borrowed */
    Py_ssize_t all = count + (names == NULL ? 0 : PyTuple_GET_SIZE(names)), at = count > 0 ? 0 : -1;

    *name = NULL;
    for (Py_ssize_t i = count; at < 0 && i < all; i++) {
        if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, i - count), "host") == 0) {
            at = i;
        }
    }
    if (at < 0 || all > MOST || !(PyUnicode_Check(args[at]) || PyBytes_Check(args[at]))) {
        return fa_interpose_call(patch, self, args, count, names);
    }
    *name = PyUnicode_Check(args[at]) ? encode_name(args[at]) : Py_NewRef(args[at]);
    if (*name == NULL) {
        return NULL;
    }
    memcpy(given, args, (size_t)all * sizeof(PyObject *));
    given[at] = *name;
    return fa_interpose_call(patch, self, given, count, names);
}

/* The address that a text is. */
static bool
read_address(PyObject *object, uint8_t ip[16])
{
    Py_ssize_t length;
    const char *text = PyUnicode_Check(object) ? PyUnicode_AsUTF8AndSize(object, &length) : NULL;
    if (text == NULL) {
        PyErr_Clear();
        return false;
    }
    return fa_ip_read((fa_text){text, (size_t)length}, ip) != FA_IP_NONE;
}

/* The address in one row of an answer: the row itself, or the first of the last of five. */
static bool
address_in(PyObject *row, uint8_t ip[16])
{
    if (PyTuple_Check(row)) {
        PyObject *address = PyTuple_GET_SIZE(row) == 5 ? PyTuple_GET_ITEM(row, 4) : NULL; /* borrowed */
        bool has = address != NULL && PyTuple_Check(address) && PyTuple_GET_SIZE(address) >= 2;
        return has && read_address(PyTuple_GET_ITEM(address, 0), ip);
    }
    return read_address(row, ip);
}

/* Remember the addresses of a list for the scopes that grant the name. Returns 0, or -1 with an exception set. */
static int
learn(PyObject *name, PyObject *list)
{
    const fa_authority *authority;
    fa_text host = {PyBytes_AS_STRING(name), (size_t)PyBytes_GET_SIZE(name)};
    int found = host.length == 0 ? 0 : fa_authority_get(&authority);
    for (uint32_t i = 0; found > 0 && i < authority->scope_count; i++) {
        fa_learned *learned = learned_of(authority->scopes[i]);
        uint8_t ip[16];
        for (Py_ssize_t row = 0; learned != NULL && row < PyList_GET_SIZE(list); row++) {
            if (address_in(PyList_GET_ITEM(list, row), ip)) {
                /* Full or out of memory: the address is refused as if it had not been asked for. */
                (void)fa_decide_learn(authority->scopes[i]->rules, host, ip, learned);
            }
        }
    }
    return found < 0 ? -1 : 0;
}

/* The addresses of an answer, as a list: of getaddrinfo() itself, of gethostbyname() a text, of its relatives the last
 * of three. A new reference, or NULL, with an exception set or without. */
static PyObject *
list_of(PyObject *answer)
{
    if (PyList_CheckExact(answer)) {
        return Py_NewRef(answer);
    }
    if (PyUnicode_CheckExact(answer)) {
        PyObject *list = PyList_New(1);
        if (list != NULL) {
            PyList_SET_ITEM(list, 0, Py_NewRef(answer));
        }
        return list;
    }
    bool has = PyTuple_CheckExact(answer) && PyTuple_GET_SIZE(answer) == 3;
    return has && PyList_CheckExact(PyTuple_GET_ITEM(answer, 2)) ? Py_NewRef(PyTuple_GET_ITEM(answer, 2)) : NULL;
}

static PyObject *
look_up(const fa_patch *patch, PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    const fa_authority *authority;
    PyObject *name; /* owned */
    int found = fa_authority_get(&authority);
    if (found <= 0) {
        return found < 0 ? NULL : fa_interpose_call(patch, self, args, count, names);
    }
    PyObject *answer = ask(patch, self, args, count, names, &name);
    PyObject *list = answer == NULL || name == NULL ? NULL : list_of(answer); /* owned */
    if ((list == NULL && PyErr_Occurred()) || (list != NULL && learn(name, list) < 0)) {
        Py_CLEAR(answer);
    }
    Py_XDECREF(list);
    Py_XDECREF(name);
    return answer;
}

#define LOOKS_UP(NAME)                                                                             \
    static PyObject *NAME##_here(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);           \
    FA_INTERPOSED(NAME, NAME##_here);                                                              \
    static PyObject *NAME##_here(PyObject *self, PyObject *const *args, Py_ssize_t count,          \
                                 PyObject *names)                                                  \
    {                                                                                              \
        return look_up(&NAME##_patch, self, args, count, names);                                   \
    }

LOOKS_UP(getaddrinfo)
LOOKS_UP(gethostbyname)
LOOKS_UP(gethostbyname_ex)
LOOKS_UP(gethostbyaddr)

int
fa_lookups_install(fa_interpreter *Py_UNUSED(here))
{
    return fa_interpose_named(&getaddrinfo_patch, "_socket", NULL, "getaddrinfo") < 0 ||
           fa_interpose_named(&gethostbyname_patch, "_socket", NULL, "gethostbyname") < 0 ||
           fa_interpose_named(&gethostbyname_ex_patch, "_socket", NULL, "gethostbyname_ex") < 0 ||
           fa_interpose_named(&gethostbyaddr_patch, "_socket", NULL, "gethostbyaddr") < 0 ? -1 : 0;
}
