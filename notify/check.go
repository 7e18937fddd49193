package notify

// CheckServer reports whether a mail server's URL can be made sense of, without
// connecting. The error does not repeat it.
func CheckServer(url string) error {
	_, err := readRelay(url)
	return err
}

// CheckSender reports whether an address can stand as the sender of mails. The
// error does not repeat it.
func CheckSender(address string) error {
	_, err := readAddress("sender", address)
	return err
}
