/// What only phones and desktops have: an HTTP client with settings of its own, and hints from the device's addresses.
library;

export 'core/api/io_transport.dart' show IoTransport;
export 'core/sync/network_interface_connectivity.dart';
