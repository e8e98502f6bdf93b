// Has nothing of its own: it is what precompiled.hpp is compiled with.
