/// Whether the package may talk to [server]: by https always, by plain http to this machine, and in a debug build also
/// to the local network, where an emulator (10.0.2.2) or a phone finds the developer's machine.
bool isServerAllowed(Uri server, {required bool isDebug}) =>
    server.scheme == 'https' ||
    (server.scheme == 'http' && (_isLoopback(server.host) || (isDebug && _isLocal(server.host))));

bool _isLoopback(String host) => const {'localhost', '127.0.0.1', '::1'}.contains(host);

/// Private and link-local addresses of RFC 1918, 3927, 4193 and 4291, and names of multicast DNS.
bool _isLocal(String host) {
  if (host.endsWith('.local')) return true;
  final address = _bytesOf(host);
  return switch (address) {
    [10, _, _, _] || [192, 168, _, _] || [169, 254, _, _] => true,
    [172, final second, _, _] => second >= 16 && second < 32,
    [final first, final second, ...] when address.length == 16 =>
      first & 0xfe == 0xfc || (first == 0xfe && second & 0xc0 == 0x80),
    _ => false,
  };
}

List<int>? _bytesOf(String host) {
  try {
    return host.contains(':') ? Uri.parseIPv6Address(host) : Uri.parseIPv4Address(host);
  } on FormatException {
    return null;
  }
}
