/* signals.c: handlers of signals carry what they were set under, and timers send signals by right. */
#include "interpose/signals.h"

#include <signal.h>
#include <string.h>
#include <sys/time.h>

#include "interpose/carry.h"
#include "interpose/interpose.h"

/* ---- handlers ---- */

static PyObject *set_handler(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
static PyObject *get_handler(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(signal, set_handler);
FA_INTERPOSED(getsignal, get_handler);

/* The handler of a signal as it is kept (new reference), NULL with an exception set. */
static PyObject *
ask_handler(PyObject *self, PyObject *number)
{
    return fa_interpose_call(&getsignal_patch, self, &number, 1, NULL);
}

static PyObject *
shown(PyObject *handler)
{
    fa_interpreter *here = fa_state_here();
    return here == NULL ? handler : fa_carry_shown(here, handler);
}

static PyObject *
get_handler(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    return shown(fa_interpose_call(&getsignal_patch, self, args, count, names));
}

/* Put `handler` where `before` is (both owned by the caller). */
static PyObject *
exchange(PyObject *self, PyObject *number, PyObject *handler, PyObject *before)
{
    fa_interpreter *here = fa_state_here();
    PyObject *given[2] = {number, NULL}; /* the second owned */
    PyObject *result = NULL;

    /* Ctrl-C's own is no guest's, and everybody looks for it by identity. */
    bool own = PyCFunction_CheckExact(handler) &&
               strcmp(((PyCFunctionObject *)handler)->m_ml->ml_name, "default_int_handler") == 0;
    bool plain = here == NULL || own || !PyCallable_Check(handler);
    given[1] = plain ? Py_NewRef(handler) : fa_carry_in_place(here, handler, before);
    if (given[1] != NULL) {
        result = fa_interpose_call(&signal_patch, self, given, 2, NULL);
        Py_DECREF(given[1]);
    }
    return shown(result);
}

/* signal.signal(number, handler, /) */
static PyObject *
set_handler(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    if (count != 2 || names != NULL || !PyIndex_Check(args[0])) {
        return fa_interpose_call(&signal_patch, self, args, count, names); /* it says what is wrong */
    }
    PyObject *number = PyNumber_Index(args[0]); /* owned: the one conversion */
    if (number == NULL) {
        return NULL;
    }
    /* Of a number that is no signal's, getsignal says the same. */
    PyObject *before = ask_handler(self, number); /* owned */
    PyObject *result = before == NULL ? NULL : exchange(self, number, args[1], before);
    Py_XDECREF(before);
    Py_DECREF(number);
    return result;
}

/* ---- timers ---- */

/* Whether the signal would come to nobody but those who are held here: to a handler that was set inside a sandbox, or, where a floor
 * alone is in force, to any. 1, 0, or -1 with an exception set. */
static int
comes_to_the_held(PyObject *self, int number)
{
    const fa_authority *authority; /* borrowed */
    fa_interpreter *here = fa_state_here();
    PyObject *name = here == NULL ? NULL : PyLong_FromLong(number);        /* owned */
    PyObject *handler = name == NULL ? NULL : ask_handler(self, name); /* owned */
    int answer = here == NULL ? 0 : -1;

    if (handler != NULL) {
        int found = fa_authority_get(&authority);
        bool floor_alone = found > 0 && authority->box_count == 0;
        answer = found < 0 ? -1 : fa_carry_chain(here, handler) != NULL || (floor_alone && PyCallable_Check(handler));
    }
    Py_XDECREF(handler);
    Py_XDECREF(name);
    return answer;
}

static bool
is_zero(PyObject *object)
{
    return (PyLong_CheckExact(object) || PyFloat_CheckExact(object)) && PyObject_IsTrue(object) == 0;
}

/* Ask about a timer whose signal is `number`; `time` (borrowed, or NULL) is when it is to come first. Returns 0, or -1 with an
 * exception set. */
static int
ask_about_timer(PyObject *self, const char *event, int number, int which, PyObject *time, PyObject *operands)
{
    struct itimerval now;

    if (time != NULL && is_zero(time) && getitimer(which, &now) == 0 && now.it_value.tv_sec == 0 && now.it_value.tv_usec == 0) {
        return 0; /* none runs: nothing happens */
    }
    int harmless = comes_to_the_held(self, number);
    return harmless != 0 ? (harmless < 0 ? -1 : 0) : PySys_Audit(event, "O", operands);
}

/* The arguments of a call, for its event (new reference). */
static PyObject *
pack(PyObject *const *args, Py_ssize_t count)
{
    PyObject *operands = PyTuple_New(count);
    for (Py_ssize_t i = 0; operands != NULL && i < count; i++) {
        PyTuple_SET_ITEM(operands, i, Py_NewRef(args[i]));
    }
    return operands;
}

/* signal.alarm(seconds, /) */
static PyObject *set_alarm(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(alarm, set_alarm);

static PyObject *
set_alarm(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    PyObject *operands = pack(args, count); /* owned */
    PyObject *time = count > 0 ? args[0] : NULL;
    int status = operands == NULL ? -1 : ask_about_timer(self, "signal.alarm", SIGALRM, ITIMER_REAL, time, operands);
    Py_XDECREF(operands);
    return status < 0 ? NULL : fa_interpose_call(&alarm_patch, self, args, count, names);
}

/* signal.setitimer(which, seconds, interval=0.0, /) */
static PyObject *set_timer(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(setitimer, set_timer);

static PyObject *
set_timer(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    static const int signals[] = {[ITIMER_REAL] = SIGALRM, [ITIMER_VIRTUAL] = SIGVTALRM, [ITIMER_PROF] = SIGPROF};
    PyObject *given[3] = {NULL}; /* borrowed, but for the first */

    if (count < 2 || count > 3 || names != NULL || !PyIndex_Check(args[0])) {
        return fa_interpose_call(&setitimer_patch, self, args, count, names); /* it says what is wrong */
    }
    given[0] = PyNumber_Index(args[0]); /* owned: the one conversion */
    if (given[0] == NULL) {
        return NULL;
    }
    int overflow, status = 0;
    long which = PyLong_AsLongAndOverflow(given[0], &overflow);
    for (Py_ssize_t i = 1; i < count; i++) {
        given[i] = args[i];
    }
    if (overflow == 0 && which >= 0 && (size_t)which < Py_ARRAY_LENGTH(signals)) {
        PyObject *operands = pack(given, count); /* owned */
        status = operands == NULL ? -1 : ask_about_timer(self, "signal.setitimer", signals[which], (int)which, given[1], operands);
        Py_XDECREF(operands);
    }
    PyObject *result = status < 0 ? NULL : fa_interpose_call(&setitimer_patch, self, given, count, names);
    Py_DECREF(given[0]);
    return result;
}

/* ---- putting it in place ---- */

int
fa_signals_install(void)
{
    static const struct {
        fa_patch *patch;
        const char *name;
    } all[] = {{&getsignal_patch, "getsignal"}, {&signal_patch, "signal"}, {&alarm_patch, "alarm"}, {&setitimer_patch, "setitimer"}};
    for (size_t i = 0; i < Py_ARRAY_LENGTH(all); i++) {
        if (fa_interpose_named(all[i].patch, "_signal", NULL, all[i].name) < 0) {
            return -1;
        }
    }
    return 0;
}
