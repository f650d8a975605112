/* lookups.c: what a look-up of a name gave, remembered for the scopes that asked. */
#include "interpose/lookups.h"

#include "authority/authority.h"
#include "interpose/interpose.h"
#include "support/ip.h"

static PyObject *look_up(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(getaddrinfo, look_up);

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

/* The name that was asked for, read by its base layout; empty for anything but text. */
static fa_text
name_asked_for(PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    PyObject *host = count > 0 ? args[0] : NULL;
    for (Py_ssize_t i = 0; host == NULL && names != NULL && i < PyTuple_GET_SIZE(names); i++) {
        if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, i), "host") == 0) {
            host = args[count + i];
        }
    }
    Py_ssize_t length = 0;
    const char *bytes = NULL;
    if (host != NULL && PyUnicode_Check(host)) {
        bytes = PyUnicode_AsUTF8AndSize(host, &length);
        if (bytes == NULL) {
            PyErr_Clear(); /* lone surrogates: no such host */
        }
    }
    else if (host != NULL && PyBytes_Check(host)) {
        bytes = PyBytes_AS_STRING(host);
        length = PyBytes_GET_SIZE(host);
    }
    return bytes == NULL ? (fa_text){NULL, 0} : (fa_text){bytes, (size_t)length};
}

/* The address in one row of the answer. */
static bool
address_in(PyObject *row, uint8_t ip[16])
{
    if (!PyTuple_Check(row) || PyTuple_GET_SIZE(row) != 5) {
        return false;
    }
    PyObject *address = PyTuple_GET_ITEM(row, 4);
    if (!PyTuple_Check(address) || PyTuple_GET_SIZE(address) < 2
        || !PyUnicode_Check(PyTuple_GET_ITEM(address, 0))) {
        return false;
    }
    Py_ssize_t length;
    const char *text = PyUnicode_AsUTF8AndSize(PyTuple_GET_ITEM(address, 0), &length);
    if (text == NULL) {
        PyErr_Clear();
        return false;
    }
    return fa_ip_read((fa_text){text, (size_t)length}, ip) != FA_IP_NONE;
}

static PyObject *
look_up(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    PyObject *answer = fa_interpose_call(&getaddrinfo_patch, self, args, count, names);
    fa_text host = answer == NULL ? (fa_text){NULL, 0} : name_asked_for(args, count, names);
    if (host.length == 0 || !PyList_CheckExact(answer)) {
        return answer;
    }
    const fa_authority *authority;
    int found = fa_authority_get(&authority);
    if (found < 0) {
        Py_DECREF(answer);
        return NULL;
    }
    for (uint32_t i = 0; found > 0 && i < authority->scope_count; i++) {
        fa_learned *learned = learned_of(authority->scopes[i]);
        uint8_t ip[16];
        for (Py_ssize_t row = 0; learned != NULL && row < PyList_GET_SIZE(answer); row++) {
            if (address_in(PyList_GET_ITEM(answer, row), ip)) {
                /* Full or out of memory: the address is refused as if it had not been asked for. */
                (void)fa_decide_learn(authority->scopes[i]->rules, host, ip, learned);
            }
        }
    }
    return answer;
}

int
fa_lookups_install(fa_interpreter *Py_UNUSED(here))
{
    return fa_interpose_named(&getaddrinfo_patch, "_socket", NULL, "getaddrinfo") < 0 ? -1 : 0;
}
