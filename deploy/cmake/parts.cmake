# SPDX-License-Identifier: Apache-2.0
# Writes what a program is made of, as SPDX 2.3 JSON: each library that the dynamic linker gives
# it on this system, with the distribution's package and version, and what is compiled into it.
#     cmake -DPROGRAM=FILE -DRESULT=FILE -DVERSION=V -DCOMMIT=C -DTIME=SECONDS -DREADELF=FILE
#       -DHEADERS=PACKAGES -DTLS_LINK=shared|static -DTLS_VERSION=V -P parts.cmake
cmake_minimum_required(VERSION 3.25)

# The same program has the same list, so its time is the commit's.
if(TIME)
  set(ENV{SOURCE_DATE_EPOCH} ${TIME})
endif()
string(TIMESTAMP created "%Y-%m-%dT%H:%M:%SZ" UTC)

execute_process(COMMAND ${READELF} -d ${PROGRAM} OUTPUT_VARIABLE dynamic COMMAND_ERROR_IS_FATAL ANY)
# Brackets would keep a list together.
string(REGEX REPLACE "[][]" "" dynamic "${dynamic}")
string(REGEX MATCHALL "Shared library: [^ \n]+" needed "${dynamic}")
list(TRANSFORM needed REPLACE "^Shared library: " "")

file(GET_RUNTIME_DEPENDENCIES EXECUTABLES ${PROGRAM}
  RESOLVED_DEPENDENCIES_VAR libraries UNRESOLVED_DEPENDENCIES_VAR lost)
if(lost)
  message(FATAL_ERROR "The program does not find: ${lost}")
endif()

set(document "{\"spdxVersion\": \"SPDX-2.3\", \"dataLicense\": \"CC0-1.0\",
  \"SPDXID\": \"SPDXRef-DOCUMENT\", \"name\": \"postern-${VERSION}\",
  \"documentNamespace\": \"https://spdx.org/spdxdocs/postern-${VERSION}-${COMMIT}\",
  \"creationInfo\": {\"created\": \"${created}\", \"creators\": [\"Tool: deploy/cmake/parts.cmake\"]},
  \"documentDescribes\": [\"SPDXRef-postern\"], \"packages\": [], \"relationships\": []}")
set(packages 0)
set(relationships 0)
set(known "")

macro(add_package id name version supplier purl)
  string(JSON document SET "${document}" packages ${packages} "{\"SPDXID\": \"SPDXRef-${id}\",
    \"name\": \"${name}\", \"versionInfo\": \"${version}\", \"downloadLocation\": \"NOASSERTION\",
    \"filesAnalyzed\": false, \"supplier\": \"${supplier}\",
    \"licenseConcluded\": \"NOASSERTION\", \"copyrightText\": \"NOASSERTION\"}")
  if(NOT "${purl}" STREQUAL "")
    string(JSON document SET "${document}" packages ${packages} externalRefs
      "[{\"referenceCategory\": \"PACKAGE-MANAGER\", \"referenceType\": \"purl\",
         \"referenceLocator\": \"${purl}\"}]")
  endif()
  math(EXPR packages "${packages} + 1")
endmacro()

macro(add_relationship how id)
  string(JSON document SET "${document}" relationships ${relationships}
    "{\"spdxElementId\": \"SPDXRef-postern\", \"relationshipType\": \"${how}\",
      \"relatedSpdxElement\": \"SPDXRef-${id}\"}")
  math(EXPR relationships "${relationships} + 1")
endmacro()

# The package that owns a file, "name version architecture"; empty where there is none.
function(owner_of file result)
  set(${result} "" PARENT_SCOPE)
  # A package may know a library by the directory that is a link to another one.
  file(REAL_PATH ${file} real)
  string(REGEX REPLACE "^/usr/lib" "/lib" merged ${real})
  foreach(path ${real} ${merged})
    execute_process(COMMAND dpkg-query --search ${path} OUTPUT_VARIABLE said ERROR_QUIET)
    if(said MATCHES "^([a-z0-9.+-]+(:[a-z0-9]+)?): ")
      describe(${CMAKE_MATCH_1} description)
      set(${result} "${description}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()

function(describe package result)
  execute_process(
    COMMAND dpkg-query --show "--showformat=\${Package} \${Version} \${Architecture}\\n" ${package}
    OUTPUT_VARIABLE said ERROR_QUIET)
  string(REGEX REPLACE "\n.*" "" said "${said}")
  set(${result} "${said}" PARENT_SCOPE)
endfunction()

macro(add_debian how description)
  string(REPLACE " " ";" words "${description}")
  list(GET words 0 name)
  list(GET words 1 version)
  list(GET words 2 architecture)
  if(NOT name IN_LIST known)
    list(APPEND known ${name})
    string(REPLACE "+" "%2B" escaped "${name}@${version}?arch=${architecture}")
    string(REGEX REPLACE "[^A-Za-z0-9.-]" "-" id ${name})
    add_package(${id} ${name} ${version} "Organization: Debian" "pkg:deb/debian/${escaped}")
    add_relationship(${how} ${id})
  endif()
endmacro()

add_package(postern postern ${VERSION} "NOASSERTION" "")
string(JSON document SET "${document}" packages 0 licenseDeclared "\"Apache-2.0\"")
string(JSON document SET "${document}" packages 0 sourceInfo "\"commit ${COMMIT}\"")
string(JSON document SET "${document}" relationships ${relationships}
  "{\"spdxElementId\": \"SPDXRef-DOCUMENT\", \"relationshipType\": \"DESCRIBES\",
    \"relatedSpdxElement\": \"SPDXRef-postern\"}")
math(EXPR relationships "${relationships} + 1")

# What it names itself comes first; the rest is what those bring with them.
list(SORT libraries)
foreach(round DYNAMIC_LINK DEPENDS_ON)
  foreach(library IN LISTS libraries)
    cmake_path(GET library FILENAME file)
    if(round STREQUAL "DYNAMIC_LINK" AND NOT file IN_LIST needed)
      continue()
    endif()
    owner_of(${library} owner)
    if(owner)
      add_debian(${round} "${owner}")
    elseif(NOT file IN_LIST known)
      list(APPEND known ${file})
      string(REGEX REPLACE "[^A-Za-z0-9.-]" "-" id ${file})
      set(version "unknown")
      if(file MATCHES "^lib(ssl|crypto)[.]so")
        set(version "${TLS_VERSION}")
      endif()
      add_package(${id} ${file} ${version} "NOASSERTION" "")
      add_relationship(${round} ${id})
    endif()
  endforeach()
endforeach()

if(TLS_LINK STREQUAL "static")
  add_package(boringssl boringssl ${TLS_VERSION} "NOASSERTION" "")
  add_relationship(STATIC_LINK boringssl)
endif()
# Libraries that are headers alone are part of the program.
foreach(package IN LISTS HEADERS)
  describe(${package} description)
  if(description)
    add_debian(STATIC_LINK "${description}")
  endif()
endforeach()

file(WRITE ${RESULT}.new "${document}\n")
file(RENAME ${RESULT}.new ${RESULT})
