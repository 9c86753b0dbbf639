dnl NQS_WARNINGS
dnl The warnings that the code is kept free of (doc/STYLE.md), each only where
dnl the compiler knows it.  --enable-werror turns them into errors.
AC_DEFUN([NQS_WARNINGS],
[AC_ARG_ENABLE([werror],
    [AS_HELP_STRING([--enable-werror], [treat warnings as errors])],
    [], [enable_werror=no])
NQS_CFLAGS=
for nqs_flag in -std=c99 -Wall -Wextra -Wshadow -Wstrict-prototypes \
    -Wmissing-prototypes -Wwrite-strings -Wcast-qual -Wformat=2 -Wvla -Wundef
do
	AC_MSG_CHECKING([whether $CC takes $nqs_flag])
	nqs_saved=$CFLAGS
	CFLAGS="$CFLAGS -Werror $nqs_flag"
	AC_COMPILE_IFELSE([AC_LANG_PROGRAM()],
	    [AC_MSG_RESULT([yes])
	     NQS_CFLAGS="$NQS_CFLAGS $nqs_flag"],
	    [AC_MSG_RESULT([no])])
	CFLAGS=$nqs_saved
done
AS_IF([test "$enable_werror" = yes], [NQS_CFLAGS="$NQS_CFLAGS -Werror"])
AC_SUBST([NQS_CFLAGS])])
