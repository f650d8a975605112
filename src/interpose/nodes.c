/* nodes.c: pipes with names, device nodes and what else os.mknod makes, of which CPython says nothing. */
#include "interpose/nodes.h"

#include <sys/stat.h>

#include "authority/authority.h"
#include "interpose/act_arguments.h"
#include "interpose/interpose.h"

/* A device is its number, wherever its name lies: a policy that speaks of paths says nothing about it. */
static bool
is_device(const fa_os_call *act)
{
    return act->errand.deed == FA_DO_MKNOD && (S_ISCHR(act->errand.mode) || S_ISBLK(act->errand.mode));
}

/* Judge the call that was read, and make the node unless that is left to the built-in. Returns as fa_guarded_act(). */
static int
make(const fa_act_function *function, fa_os_call *act)
{
    const fa_authority *authority; /* borrowed: no longer what it was before the arguments were read */

    if (is_device(act) && PySys_Audit("os.mknod/device", "O", act->operands) < 0) {
        return -1;
    }
    int held = fa_authority_get(&authority);
    return held > 0 && fa_guarded_act_judges(authority, function->id) ? fa_guarded_act(act) : held < 0 ? -1 : 0;
}

/* What is left to the built-in is announced here, and judged by that: a call that it will complain of, too, for nobody
 * else knows which those are. */
static PyObject *
make_node(const fa_patch *patch, const fa_act_function *function, PyObject *self, PyObject *const *args, Py_ssize_t count,
          PyObject *names)
{
    const fa_authority *authority; /* borrowed */
    fa_act_arguments arguments;

    int held = fa_authority_get(&authority);
    if (held < 0) {
        return NULL;
    }
    if (held == 0 || count + (names == NULL ? 0 : PyTuple_GET_SIZE(names)) > FA_ARGUMENTS_MOST) {
        return fa_interpose_call(patch, self, args, count, names); /* too many: a TypeError of its own */
    }
    int done = fa_act_arguments_read(function, args, count, names, &arguments);
    bool is_read = done > 0;
    done = is_read ? make(function, &arguments.act) : done;
    if (done == 0) {
        PyObject *operands = is_read ? Py_NewRef(arguments.act.operands) : PyTuple_New(0); /* owned */
        done = operands == NULL || PySys_Audit(fa_event_rows[function->id].name, "O", operands) < 0 ? -1 : 0;
        Py_XDECREF(operands);
    }
    PyObject *result = done > 0 ? Py_NewRef(Py_None) : NULL;
    if (done == 0) {
        result = fa_interpose_call(patch, self, arguments.plain, count, names);
    }
    fa_act_arguments_clear(&arguments);
    return result;
}

#define MAKES(NAME, DEED, ...)                                                                     \
    static const fa_act_function NAME##_function = {FA_DO_##DEED, FA_EVENT_OS_##DEED, __VA_ARGS__}; \
    static PyObject *make_##NAME(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);           \
    FA_INTERPOSED(NAME, make_##NAME);                                                              \
    static PyObject *make_##NAME(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names) \
    {                                                                                              \
        return make_node(&NAME##_patch, &NAME##_function, self, args, count, names);               \
    }
MAKES(mkfifo, MKFIFO, 2, 1, {"path", "mode", "dir_fd"}, {FA_ARGUMENT_PATH, FA_ARGUMENT_MODE, FA_ARGUMENT_DIR_FD})
MAKES(mknod, MKNOD, 3, 1, {"path", "mode", "device", "dir_fd"},
      {FA_ARGUMENT_PATH, FA_ARGUMENT_MODE, FA_ARGUMENT_DEVICE, FA_ARGUMENT_DIR_FD})

int
fa_nodes_install(void)
{
    return fa_interpose_named(&mkfifo_patch, "posix", NULL, "mkfifo") < 0
        || fa_interpose_named(&mknod_patch, "posix", NULL, "mknod") < 0 ? -1 : 0;
}
