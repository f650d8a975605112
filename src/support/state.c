/* state.c: the process's one struct, and the table of interpreters. */
#include "support/state.h"

#include "support/reserve.h"

#define ROWS_MAX 4096 /* interpreters alive at once; more is a RuntimeError at import */

fa_process fa_state_process;

static _Atomic(fa_interpreter *) rows[ROWS_MAX]; /* owned, filled in order, never freed */
static atomic_size_t row_count;

_Atomic(fa_interpreter *) fa_state_first;

fa_interpreter *
fa_state_row_of(const PyInterpreterState *here)
{
    size_t count = atomic_load_explicit(&row_count, memory_order_acquire);
    for (size_t i = 0; i < count; i++) {
        fa_interpreter *row = atomic_load_explicit(&rows[i], memory_order_acquire);
        if (row != NULL && atomic_load_explicit(&row->interpreter, memory_order_acquire) == here) {
            return row;
        }
    }
    return NULL;
}

/* An interpreter goes away: forget its objects. Runs in that interpreter, after its modules. */
static void
leave_row(PyObject *capsule)
{
    fa_interpreter *row = PyCapsule_GetPointer(capsule, "fastaudit.row");
    if (row == NULL) {
        PyErr_Clear();
        return;
    }
    if (row->interpreter == PyInterpreterState_Main()) {
        atomic_store(&fa_state_process.unheard, false); /* the runtime ends, and our hook: the next may have others */
    }
    /* First the key, so that a destructor below meets an interpreter without a row: only the floor
     * and what was in force at the time of the call are left to judge it. */
    atomic_store(&row->interpreter, NULL);
    atomic_fetch_add(&fa_state_process.epoch, 1);
    Py_CLEAR(row->var);
    Py_CLEAR(row->unset);
    Py_CLEAR(row->empty_node);
    Py_CLEAR(row->node_type);
    Py_CLEAR(row->box_type);
    Py_CLEAR(row->entry_type);
    Py_CLEAR(row->exit_type);
    Py_CLEAR(row->exit_lookup_type);
    Py_CLEAR(row->manager_type);
    Py_CLEAR(row->handle_type);
    Py_CLEAR(row->step_type);
    Py_CLEAR(row->stepper_type);
    Py_CLEAR(row->trusted_type);
    Py_CLEAR(row->trusted_body_type);
    Py_CLEAR(row->side_type);
    Py_CLEAR(row->side_functions[0]);
    Py_CLEAR(row->side_functions[1]);
    Py_CLEAR(row->exchange_call_type);
    Py_CLEAR(row->ready_type);
    Py_CLEAR(row->carrier_type);
    Py_CLEAR(row->listing_type);
    for (size_t i = 0; i < FA_OS_SETS; i++) {
        Py_CLEAR(row->os_sets[i]);
    }
    Py_CLEAR(row->opener);
    Py_CLEAR(row->floors);
    Py_CLEAR(row->contextlib_codes);
    Py_CLEAR(row->contextlib_lookup);
    Py_CLEAR(row->returned_frame);
    Py_CLEAR(row->location_type);
    Py_CLEAR(row->violation);
    Py_CLEAR(row->permission_violation);
    Py_CLEAR(row->import_violation);
    Py_CLEAR(row->scope_error);
    Py_CLEAR(row->scope_warning);
    Py_CLEAR(row->hook_error);
    Py_CLEAR(row->modules);
    Py_CLEAR(row->future_type);
    Py_CLEAR(row->shown_type);
    Py_CLEAR(row->wake_type);
    Py_CLEAR(row->task_type);
    Py_CLEAR(row->task_waiter);
    Py_CLEAR(row->running_loop);
    fa_reserve_free(row);
    fa_pairs_clear(&row->bodies);
    for (size_t i = 0; i < FA_SPARE_KINDS; i++) {
        fa_spare_free(&row->spare[i]);
    }
    if (row->pools != NULL) {
        row->free_pools(row->pools);
        row->pools = NULL;
        row->refresh = NULL;
    }
    row->loops_held = false;
    row->ready = false;
}

/* An empty row: one that an earlier interpreter left, or a new one. NULL with an exception set. */
static fa_interpreter *
take_row(PyInterpreterState *here)
{
    size_t count = atomic_load(&row_count);
    for (size_t i = 0; i < count; i++) {
        fa_interpreter *row = atomic_load(&rows[i]);
        PyInterpreterState *nobody = NULL;
        if (row != NULL && atomic_compare_exchange_strong(&row->interpreter, &nobody, here)) {
            return row;
        }
    }
    fa_interpreter *row = PyMem_RawCalloc(1, sizeof(fa_interpreter));
    if (row == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    atomic_store(&row->interpreter, here);
    size_t at = atomic_fetch_add(&row_count, 1);
    if (at >= ROWS_MAX) {
        atomic_fetch_sub(&row_count, 1);
        PyMem_RawFree(row);
        PyErr_SetString(PyExc_RuntimeError, "fastaudit: too many interpreters");
        return NULL;
    }
    atomic_store_explicit(&rows[at], row, memory_order_release);
    if (at == 0) {
        atomic_store_explicit(&fa_state_first, row, memory_order_release);
    }
    return row;
}

fa_interpreter *
fa_state_join(PyObject **fresh)
{
    *fresh = NULL;
    fa_interpreter *row = fa_state_here();
    if (row != NULL) {
        return row;
    }
    row = take_row(PyInterpreterState_Get());
    if (row == NULL) {
        return NULL;
    }
    *fresh = PyCapsule_New(row, "fastaudit.row", leave_row);
    if (*fresh == NULL) {
        atomic_store(&row->interpreter, NULL);
        return NULL;
    }
    return row;
}

int
fa_state_keep(PyObject *fresh)
{
    /* The interpreter's own dict is cleared after its modules: what dies with it is the row. */
    PyObject *dict = PyInterpreterState_GetDict(PyInterpreterState_Get()); /* borrowed */
    if (dict == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    return PyDict_SetItemString(dict, "fastaudit.row", fresh);
}
