import 'dart:async';
import 'dart:convert';
import 'dart:io';
import 'dart:typed_data';

import 'exchange.dart';
import 'fault.dart';

/// The network between one device and the server: can be down, and can break off at a chosen place.
final class Line {
  Line._(this._server, this._listener) {
    _listener.listen((client) => unawaited(_connect(client)));
  }

  final Uri _server;
  final ServerSocket _listener;
  final _sockets = <Socket>{};
  final _faults = <Fault>[];
  bool _isUp = true;

  /// Faults that have happened.
  int happened = 0;

  /// A line to [server].
  static Future<Line> to(Uri server) async => Line._(server, await ServerSocket.bind(InternetAddress.loopbackIPv4, 0));

  /// The address a device uses.
  Uri get url => Uri.parse('http://127.0.0.1:${_listener.port}');

  /// Whether anything gets through.
  bool get isUp => _isUp;
  set isUp(bool value) {
    _isUp = value;
    if (!value) _breakAll();
  }

  /// The next request that fits breaks off so. One spoiled token is planned at a time: a fresh one that is refused again
  /// ends the session, and rightly.
  void plan(Fault fault) {
    if (fault.spoilsToken && _faults.any((planned) => planned.spoilsToken)) return;
    _faults.add(fault);
  }

  void _breakAll() {
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
    // Asked late: it may have gone down while the connection was made.
    if (!_isUp) {
      client.destroy();
      return server.destroy();
    }
    _sockets.addAll([client, server]);
    await Exchange(client, server, _take, onFault: () => happened++).run();
    _sockets.removeAll([client, server]);
  }

  Fault? _take(Uint8List data) {
    final line = latin1.decode(data).split('\r\n').first;
    for (final fault in _faults) {
      if (!line.startsWith(fault.request)) continue;
      _faults.remove(fault);
      return fault;
    }
    return null;
  }

  /// Ends it.
  Future<void> close() async {
    _isUp = false;
    _breakAll();
    await _listener.close();
  }
}
