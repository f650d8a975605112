/* slots.c: replaces a function of a type, with its slot wrapper and the subclasses that exist. */
#include "interpose/slots.h"

static fa_slot *
slot_of(PyTypeObject *type, size_t at)
{
    return (fa_slot *)((char *)type + at);
}

/* Subclasses that inherited the slot have a copy of it. */
static int
replace_in_subclasses(PyTypeObject *type, size_t at, fa_slot ours, fa_slot original)
{
    int status = -1;
    PyObject *subclasses = PyObject_CallMethod((PyObject *)&PyType_Type, "__subclasses__", "O", type);

    if (subclasses == NULL || !PyList_Check(subclasses)) {
        goto done;
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(subclasses); i++) {
        PyTypeObject *subclass = (PyTypeObject *)PyList_GET_ITEM(subclasses, i);
        if (*slot_of(subclass, at) == original) {
            __atomic_store_n(slot_of(subclass, at), ours, __ATOMIC_RELEASE);
        }
        if (replace_in_subclasses(subclass, at, ours, original) < 0) {
            goto done;
        }
    }
    status = 0;

done:
    Py_XDECREF(subclasses);
    return status;
}

int
fa_slots_replace(PyTypeObject *type, size_t at, const char *name, fa_slot ours, fa_slot *original)
{
    PyObject *wrapper = PyObject_GetAttrString((PyObject *)type, name); /* owned */
    fa_slot now = *slot_of(type, at);
    int status = -1;

    if (wrapper == NULL) {
        return -1;
    }
    if (!Py_IS_TYPE(wrapper, &PyWrapperDescr_Type) || PyDescr_TYPE(wrapper) != type ||
        (now != ours && *original != NULL && now != *original)) {
        PyErr_Format(PyExc_TypeError, "fastaudit cannot interpose %s.%s", type->tp_name, name);
        goto done;
    }
    if (now != ours) {
        *original = now;
        __atomic_store_n(&((PyWrapperDescrObject *)wrapper)->d_wrapped, (void *)ours, __ATOMIC_RELEASE);
        __atomic_store_n(slot_of(type, at), ours, __ATOMIC_RELEASE);
    }
    status = replace_in_subclasses(type, at, ours, *original);

done:
    Py_DECREF(wrapper);
    return status;
}

/* A wrapper of the type's own, like the one that it inherited. */
static int
add_wrapper(PyTypeObject *type, const char *name, fa_slot ours)
{
    PyObject *inherited = PyObject_GetAttrString((PyObject *)type, name); /* owned */
    PyObject *own = NULL;                                                 /* owned */
    int status = -1;
    if (inherited != NULL && !Py_IS_TYPE(inherited, &PyWrapperDescr_Type)) {
        PyErr_Format(PyExc_TypeError, "fastaudit cannot interpose %s.%s", type->tp_name, name);
    }
    else if (inherited != NULL) {
        own = PyDescr_NewWrapper(type, ((PyWrapperDescrObject *)inherited)->d_base, (void *)ours);
        status = own == NULL ? -1 : PyDict_SetItemString(type->tp_dict, name, own);
    }
    Py_XDECREF(own);
    Py_XDECREF(inherited);
    return status;
}

int
fa_slots_add(PyTypeObject *type, size_t at, const char *const names[], fa_slot ours, fa_slot *original)
{
    fa_slot now = *slot_of(type, at);
    int status = 0;
    if (now != ours && *original != NULL && now != *original) {
        PyErr_Format(PyExc_TypeError, "fastaudit cannot interpose %s.%s", type->tp_name, names[0]);
        return -1;
    }
    if (now != ours) {
        *original = now;
        for (size_t i = 0; status == 0 && names[i] != NULL; i++) {
            status = add_wrapper(type, names[i], ours);
        }
        if (status < 0) {
            return -1;
        }
        __atomic_store_n(slot_of(type, at), ours, __ATOMIC_RELEASE);
        PyType_Modified(type);
    }
    return replace_in_subclasses(type, at, ours, *original);
}

int
fa_slots_attribute(PyTypeObject *type, const char *name, getter *read, setter *write, getter our_get, setter our_set)
{
    PyObject *found = PyObject_GetAttrString((PyObject *)type, name); /* owned */
    int status = -1;
    if (found != NULL && Py_IS_TYPE(found, &PyGetSetDescr_Type)) {
        PyGetSetDef *definition = ((PyGetSetDescrObject *)found)->d_getset;
        if (read != NULL && (our_get == NULL || definition->get != our_get)) {
            *read = definition->get;
        }
        if (our_get != NULL) {
            __atomic_store_n(&definition->get, our_get, __ATOMIC_RELEASE);
        }
        if (our_set != NULL && definition->set != our_set) {
            *write = definition->set;
            __atomic_store_n(&definition->set, our_set, __ATOMIC_RELEASE);
        }
        status = 0;
    }
    else if (found != NULL) {
        PyErr_Format(PyExc_TypeError, "fastaudit cannot interpose %s.%s", type->tp_name, name);
    }
    Py_XDECREF(found);
    return status;
}

int
fa_slots_replace_new(PyTypeObject *type, newfunc ours, newfunc *original)
{
    if (type->tp_new != ours) {
        if (*original != NULL && type->tp_new != *original) {
            PyErr_Format(PyExc_TypeError, "fastaudit cannot interpose %s.__new__", type->tp_name);
            return -1;
        }
        *original = type->tp_new;
        __atomic_store_n(&type->tp_new, ours, __ATOMIC_RELEASE);
    }
    return replace_in_subclasses(type, offsetof(PyTypeObject, tp_new), (fa_slot)ours, (fa_slot)*original);
}
