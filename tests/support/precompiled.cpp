// SPDX-License-Identifier: Apache-2.0
// Has nothing of its own: it is what precompiled.hpp is compiled with.
