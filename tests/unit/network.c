#include <config.h>

#include "../../libcore/system/network.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "../../libcore/base/failure.h"
#include "unit.h"

START_TEST(finds_numeric_addresses)
{
	struct network_addresses addresses;
	struct failure why;

	ck_assert_int_eq(network_resolve("127.0.0.1", 2222, &addresses,
	    &why), 0);
	ck_assert_uint_eq(addresses.count, 1);
	ck_assert_str_eq(addresses.list[0].text, "127.0.0.1 port 2222");
	network_release(&addresses);
	network_release(&addresses);
	ck_assert_int_eq(network_resolve("::1", 22, &addresses, &why), 0);
	ck_assert_str_eq(addresses.list[0].text, "::1 port 22");
	network_release(&addresses);
}
END_TEST

START_TEST(tells_that_a_name_has_no_address)
{
	struct network_addresses addresses;
	struct failure why = { 0 };

	ck_assert_int_eq(network_resolve("nowhere.invalid", 22, &addresses,
	    &why), -1);
	ck_assert_int_eq(why.code, EXITCODE_UNREACHABLE);
}
END_TEST

/* Binds listener to a port of the loopback and returns its address. */
static struct network_address
bind_anywhere(int listener)
{
	struct network_addresses addresses;
	struct network_address address;
	struct failure why;

	ck_assert_int_eq(network_resolve("127.0.0.1", 0, &addresses, &why), 0);
	address = addresses.list[0];
	network_release(&addresses);
	ck_assert_int_eq(bind(listener,
	    (const struct sockaddr *)&address.bytes, address.size), 0);
	ck_assert_int_eq(getsockname(listener,
	    (struct sockaddr *)&address.bytes, &address.size), 0);
	return address;
}

/* Returns what comes of a connection to address: 0, or an errno value. */
static int
outcome(const struct network_address *address)
{
	struct pollfd waited = { .events = POLLOUT };
	int error;

	waited.fd = network_connect(address);
	if (waited.fd == -1)
		return errno;
	ck_assert_int_ne(fcntl(waited.fd, F_GETFD) & FD_CLOEXEC, 0);
	ck_assert_int_ne(fcntl(waited.fd, F_GETFL) & O_NONBLOCK, 0);
	ck_assert_int_eq(poll(&waited, 1, 10000), 1);
	error = network_connected(waited.fd);
	network_tune(waited.fd, INT64_C(1000000000));
	network_acknowledge(waited.fd);
	network_reset_on_close(waited.fd);
	ck_assert_int_eq(close(waited.fd), 0);
	return error;
}

START_TEST(tells_whether_a_connection_stands)
{
	const int listener = socket(AF_INET, SOCK_STREAM, 0);
	const struct network_address address = bind_anywhere(listener);

	ck_assert_int_eq(outcome(&address), ECONNREFUSED);
	ck_assert_int_eq(listen(listener, 5), 0);
	ck_assert_int_eq(outcome(&address), 0);
	ck_assert_int_eq(close(listener), 0);
}
END_TEST

TCase *
network_case(void)
{
	TCase *testcase = tcase_create("network");

	tcase_add_test(testcase, finds_numeric_addresses);
	tcase_add_test(testcase, tells_that_a_name_has_no_address);
	tcase_add_test(testcase, tells_whether_a_connection_stands);
	return testcase;
}
