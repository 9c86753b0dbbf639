dnl NQS_REQUIRE(VARIABLE, MODULE, DEBIAN-PACKAGE, FEDORA-PACKAGE)
dnl Looks for a library with pkg-config and remembers what is missing, so that
dnl one run of configure names everything at once.  NQS_REQUIRED_END stops.
AC_DEFUN([NQS_REQUIRE],
[PKG_CHECK_MODULES([$1], [$2], [],
    [AS_VAR_APPEND([nqs_missing], ["
  $2: Debian 'apt-get install $3', Fedora 'dnf install $4'"])])])

AC_DEFUN([NQS_REQUIRED_END],
[AS_IF([test -n "$nqs_missing"], [AC_MSG_ERROR([missing:$nqs_missing])])])
