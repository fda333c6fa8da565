import 'dart:async';
import 'dart:convert';
import 'dart:io';
import 'dart:typed_data';

import 'exchange.dart';
import 'fault.dart';

/// The network between one device and the server. It can be down, and can apply a [Fault] to a request.
final class Network {
  Network._(this._server, this._listener) {
    _listener.listen((client) => unawaited(_connect(client)));
  }

  final Uri _server;
  final ServerSocket _listener;
  final _sockets = <Socket>{};
  final _faults = <Fault>[];
  bool _isUp = true;

  /// Number of faults that have happened.
  int faultCount = 0;

  /// A network with [server] at its end.
  static Future<Network> to(Uri server) async =>
      Network._(server, await ServerSocket.bind(InternetAddress.loopbackIPv4, 0));

  /// The address for the device.
  Uri get url => Uri.parse('http://127.0.0.1:${_listener.port}');

  /// Whether connections are possible.
  bool get isUp => _isUp;
  set isUp(bool value) {
    _isUp = value;
    if (!value) _closeSockets();
  }

  /// Applies [fault] to the next matching request. Only one corrupted token can be planned at a time: a second one
  /// would hit the refreshed token too, and end the session.
  void plan(Fault fault) {
    if (fault.corruptsToken && _faults.any((planned) => planned.corruptsToken)) return;
    _faults.add(fault);
  }

  void _closeSockets() {
    for (final socket in _sockets.toList()) {
      socket.destroy();
    }
    _sockets.clear();
  }

  Future<void> _connect(Socket client) async {
    final Socket server;
    try {
      server = await Socket.connect(_server.host, _server.port);
    } on SocketException {
      return client.destroy();
    }
    // Checked here because the network may have gone down during the connect.
    if (!_isUp) {
      client.destroy();
      return server.destroy();
    }
    _sockets.addAll([client, server]);
    await Exchange(client, server, _takeFault, onFault: () => faultCount++).run();
    _sockets.removeAll([client, server]);
  }

  Fault? _takeFault(Uint8List data) {
    final line = latin1.decode(data).split('\r\n').first;
    for (final fault in _faults) {
      if (!line.startsWith(fault.request)) continue;
      _faults.remove(fault);
      return fault;
    }
    return null;
  }

  /// Closes all connections and stops listening.
  Future<void> close() async {
    _isUp = false;
    _closeSockets();
    await _listener.close();
  }
}
