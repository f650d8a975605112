/* gevent_hub.c: what gevent's hub is given to call carries what is in force where it is given. */
#include "interpose/gevent_hub.h"

#include "authority/authority.h"
#include "interpose/greenlet_parts.h"
#include "interpose/handed.h"
#include "interpose/hub_arrivals.h"
#include "interpose/hub_attributes.h"
#include "interpose/hub_callback.h"
#include "interpose/interpose.h"
#include "interpose/places.h"

/* The hub is the host's: it runs callbacks, and whatever they switch to, from its own context. So each is exchanged for one that
 * carries. What they switch to is another matter: greenlets go on in contexts of their own. But one callback is given on behalf of
 * whoever completes something, and calls those who wait for it, the host's links among them: `_notify_links`. */

static PyObject *notify[2];         /* owned, as long as the process: _notify_links of what can be waited for, and of greenlets */
static PyObject *spawned_link;      /* owned: what greenlets make of a link by default */

/* ---- which callback passes ---- */

/* Whether it calls the links of its own object, and nothing that somebody could have made: subclasses of what can be waited for
 * may say in Python whether they are ready, which is asked then. */
static bool
notifies(PyObject *callback)
{
    if (!PyMethod_Check(callback)) {
        return false;
    }
    PyObject *function = PyMethod_GET_FUNCTION(callback), *self = PyMethod_GET_SELF(callback);
    return (function == notify[0] && !PyType_HasFeature(Py_TYPE(self), Py_TPFLAGS_HEAPTYPE)) || function == notify[1];
}

/* The second argument of _notify_links is a list, of links that come meanwhile: whoever kept it could put something into it. */
static bool
is_empty_list(PyObject *object)
{
    return PyList_CheckExact(object) && PyList_GET_SIZE(object) == 0;
}

/* ---- calls that take a callback ---- */

/* Call what `patch` replaced; the callback at `at` carries, and those of a completion pass. */
static PyObject *
give(const fa_patch *patch, Py_ssize_t at, const char *name, PyObject *self, PyObject *const *args, Py_ssize_t count,
     PyObject *names)
{
    const fa_authority *authority;
    int found;
    fa_interpreter *here = fa_greenlet_somewhere_held(&authority, &found);
    Py_ssize_t place = here == NULL ? -1 : fa_places_find(count, names, at, name);
    if (here == NULL || place < 0) {
        return found < 0 ? NULL : fa_interpose_call(patch, self, args, count, names);
    }
    Py_ssize_t all = count + (names == NULL ? 0 : PyTuple_GET_SIZE(names));
    bool passes = notifies(args[place]) && all <= place + 2 && (all < place + 2 || is_empty_list(args[place + 1]));
    if (passes && all < place + 2) {
        return fa_interpose_call(patch, self, args, count, names);
    }
    PyObject *ours = passes ? PyList_New(0) : fa_hub_callback_here(here, args[place]); /* owned */
    PyObject *result = ours == NULL ? NULL : fa_interpose_call_with(patch, self, args, count, names, place + passes, ours);
    Py_XDECREF(ours);
    return result;
}

#define GIVEN(NAME, AT, WORD)                                                                      \
    static PyObject *NAME##_here(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);           \
    FA_INTERPOSED(NAME, NAME##_here);                                                              \
    static PyObject *NAME##_here(PyObject *self, PyObject *const *args, Py_ssize_t count,          \
                                 PyObject *names)                                                  \
    {                                                                                              \
        return give(&NAME##_patch, AT, WORD, self, args, count, names);                            \
    }

GIVEN(run_callback, 0, "func")
GIVEN(run_callback_threadsafe, 0, "func")
GIVEN(watcher_start, 0, "callback")
GIVEN(watcher_feed, 1, "callback")
GIVEN(io_start, 0, "callback")
GIVEN(timer_start, 0, "callback")
GIVEN(timer_again, 0, "callback")
GIVEN(set_syserr_cb, 0, "callback")
GIVEN(linkable_rawlink, 0, "callback")
GIVEN(greenlet_rawlink, 0, "callback")
GIVEN(add_spawn_callback, 0, "callback")

/* ---- Greenlet.link(self, callback, SpawnedLink=SpawnedLink) ---- */

static PyObject *link_greenlet(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(greenlet_link, link_greenlet);

/* It links what SpawnedLink makes, past the method that is interposed: so that is done here, by the method. */
static PyObject *
link_greenlet(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    const fa_authority *authority;
    int found;
    fa_interpreter *here = fa_greenlet_somewhere_held(&authority, &found);
    Py_ssize_t callback = here == NULL ? -1 : fa_places_find(count, names, 0, "callback");
    if (here == NULL || callback < 0) {
        return found < 0 ? NULL : fa_interpose_call(&greenlet_link_patch, self, args, count, names);
    }
    Py_ssize_t maker = fa_places_find(count, names, 1, "SpawnedLink");
    PyObject *link = PyObject_CallOneArg(maker < 0 ? spawned_link : args[maker], args[callback]); /* owned */
    PyObject *result = link == NULL ? NULL : PyObject_CallMethod(self, "rawlink", "O", link);
    Py_XDECREF(link);
    return result;
}

/* ---- _notify_links: whoever waits is given the object that it waits for, whatever that is ---- */

/* Whether anything is judged that the hub hands over. -1 with an exception set. */
static int
is_judged(void)
{
    const fa_authority *authority;
    int found;
    return fa_greenlet_somewhere_held(&authority, &found) != NULL ? 1 : found < 0 ? -1 : 0;
}

#define TELLING(NAME)                                                                              \
    static PyObject *NAME##_here(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);           \
    FA_INTERPOSED(NAME, NAME##_here);                                                              \
    static PyObject *NAME##_here(PyObject *self, PyObject *const *args, Py_ssize_t count,          \
                                 PyObject *names)                                                  \
    {                                                                                              \
        int judged = is_judged();                                                                  \
        if (judged <= 0) {                                                                         \
            return judged < 0 ? NULL : fa_interpose_call(&NAME##_patch, self, args, count, names); \
        }                                                                                          \
        fa_handed_turn turn = fa_handed_tell(self, NULL);                                          \
        PyObject *result = fa_interpose_call(&NAME##_patch, self, args, count, names);             \
        fa_handed_told_all(turn);                                                                  \
        return result;                                                                             \
    }

TELLING(linkable_notify)
TELLING(greenlet_notify)

/* ---- Waiter.switch(self, value): whoever waits in Waiter.get() is given the value ---- */

static PyObject *wake(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
FA_INTERPOSED(waiter_switch, wake);

static PyObject *
wake(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    int judged = is_judged();
    bool own = PyType_HasFeature(Py_TYPE(self), Py_TPFLAGS_HEAPTYPE); /* what that says of itself proves nothing */
    PyObject *waiting = own || count != 1 || judged <= 0 ? NULL : PyObject_GetAttrString(self, "greenlet"); /* owned */
    if (waiting == NULL) {
        return PyErr_Occurred() ? NULL : fa_interpose_call(&waiter_switch_patch, self, args, count, names);
    }
    fa_handed_turn turn = fa_handed_tell(args[0], waiting);
    PyObject *result = fa_interpose_call(&waiter_switch_patch, self, args, count, names);
    fa_handed_told_all(turn);
    Py_DECREF(waiting);
    return result;
}

/* ---- putting it in place ---- */

/* A type of the module (new reference), NULL with an exception set. */
static PyTypeObject *
find_type(PyObject *module, const char *name)
{
    PyObject *type = PyObject_GetAttrString(module, name);
    if (type != NULL && !PyType_Check(type)) {
        Py_CLEAR(type);
        PyErr_Format(PyExc_TypeError, "fastaudit cannot interpose gevent: %s is no type", name);
    }
    return (PyTypeObject *)type;
}

int
fa_gevent_hub_install_loop(PyObject *module)
{
    static const struct {
        fa_patch *patch;
        const char *type, *name;
    } methods[] = {
        {&run_callback_patch, "loop", "run_callback"},   {&run_callback_threadsafe_patch, "loop", "run_callback_threadsafe"},
        {&watcher_start_patch, "watcher", "start"},      {&watcher_feed_patch, "watcher", "feed"},
        {&io_start_patch, "io", "start"},                {&timer_start_patch, "timer", "start"},
        {&timer_again_patch, "timer", "again"},
    };
    int status = fa_hub_callback_install() < 0 || fa_hub_arrivals_install() < 0 ? -1 : 0;
    for (size_t i = 0; status == 0 && i < Py_ARRAY_LENGTH(methods); i++) {
        PyTypeObject *type = find_type(module, methods[i].type); /* owned */
        status = type == NULL ? -1 : fa_interpose_method(methods[i].patch, type, methods[i].name);
        Py_XDECREF(type);
    }
    PyObject *syserr = status < 0 ? NULL : PyObject_GetAttrString(module, "set_syserr_cb"); /* owned */
    if (syserr == NULL || fa_interpose_function(&set_syserr_cb_patch, syserr) < 0 || fa_hub_attributes_install(module) < 0) {
        status = -1;
    }
    Py_XDECREF(syserr);
    return status;
}

/* `name` of the module is such as others wait for, and calls its links by _notify_links. */
static int
install_links(PyObject *module, const char *name, fa_patch *rawlink, fa_patch *notifying, PyObject **function)
{
    PyTypeObject *type = find_type(module, name); /* owned */
    int status = -1;
    if (type != NULL && fa_hub_callback_install() == 0 && fa_interpose_method(rawlink, type, "rawlink") == 0 &&
        fa_interpose_method(notifying, type, "_notify_links") == 0) {
        *function = *function != NULL ? *function : PyObject_GetAttrString((PyObject *)type, "_notify_links");
        fa_handed_passes(type);
        status = *function == NULL ? -1 : 0;
    }
    Py_XDECREF(type);
    return status;
}

int
fa_gevent_hub_install_linkable(PyObject *module)
{
    return install_links(module, "AbstractLinkable", &linkable_rawlink_patch, &linkable_notify_patch, &notify[0]);
}

int
fa_gevent_hub_install_greenlet(PyObject *module)
{
    PyTypeObject *type = find_type(module, "Greenlet"); /* owned */
    int status = -1;
    if (type != NULL && install_links(module, "Greenlet", &greenlet_rawlink_patch, &greenlet_notify_patch, &notify[1]) == 0 &&
        fa_interpose_method(&greenlet_link_patch, type, "link") == 0 &&
        fa_interpose_method(&add_spawn_callback_patch, type, "add_spawn_callback") == 0) {
        spawned_link = spawned_link != NULL ? spawned_link : PyObject_GetAttrString(module, "SpawnedLink");
        status = spawned_link == NULL ? -1 : 0;
    }
    Py_XDECREF(type);
    return status;
}

int
fa_gevent_hub_install_waiter(PyObject *module)
{
    PyTypeObject *type = find_type(module, "Waiter"); /* owned */
    int status = type == NULL ? -1 : fa_interpose_method(&waiter_switch_patch, type, "switch");
    if (status == 0) {
        fa_handed_passes(type);
    }
    Py_XDECREF(type);
    return status;
}

int
fa_gevent_hub_install_switching(PyObject *module)
{
    PyTypeObject *type = find_type(module, "SwitchOutGreenletWithLoop"); /* owned */
    if (type != NULL && fa_greenlet.hub == NULL) {
        fa_greenlet.hub = (PyTypeObject *)Py_NewRef(type);
    }
    Py_XDECREF(type);
    return type == NULL ? -1 : 0;
}
