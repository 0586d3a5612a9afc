#ifndef PDU_HARNESS_CLIBXML2_SHIM_H
#define PDU_HARNESS_CLIBXML2_SHIM_H

#include <libxml/xmlversion.h>

// Debian and Ubuntu build libxml2 with ICU, and its headers then pull the system's ICU in, which
// clashes with the ICU inside Foundation ("'UErrorCode' has different definitions in different
// modules"). Only the private tail of the encoding handler struct changes, which nobody here
// touches.
#undef LIBXML_ICU_ENABLED

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>

#endif
