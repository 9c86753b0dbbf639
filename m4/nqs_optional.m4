dnl NQS_OPTIONAL(NAME, VARIABLE, MODULE)
dnl Looks for a library with pkg-config unless --without-NAME is given; with
dnl --with-NAME it must be there.  Sets the conditional HAVE_VARIABLE.
AC_DEFUN([NQS_OPTIONAL],
[AC_ARG_WITH([$1],
    [AS_HELP_STRING([--without-$1], [do not use $1 even if it is here])],
    [], [with_$1=check])
AS_VAR_SET([nqs_have], [no])
AS_IF([test "$with_$1" != no],
    [PKG_CHECK_MODULES([$2], [$3], [nqs_have=yes],
	[AS_IF([test "$with_$1" = yes],
	    [AC_MSG_ERROR([--with-$1, but there is no $3])])])])
AM_CONDITIONAL([HAVE_$2], [test "$nqs_have" = yes])])
