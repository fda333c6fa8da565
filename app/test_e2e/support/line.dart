import 'dart:async';
import 'dart:convert';
import 'dart:io';
import 'dart:typed_data';

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

  /// The next request that fits breaks off so.
  void plan(Fault fault) => _faults.add(fault);

  void _breakAll() {
    for (final socket in _sockets.toList()) {
      socket.destroy();
    }
    _sockets.clear();
  }

  Future<void> _connect(Socket client) async {
    if (!_isUp) return client.destroy();
    final Socket upstream;
    try {
      upstream = await Socket.connect(_server.host, _server.port);
    } on SocketException {
      return client.destroy();
    }
    _sockets.addAll([client, upstream]);
    Fault? fault;
    var sent = 0;
    var received = 0;
    void end() {
      client.destroy();
      upstream.destroy();
      _sockets
        ..remove(client)
        ..remove(upstream);
    }

    void breakOff() {
      happened++;
      end();
    }

    client.listen(
      (data) {
        if (_requestLine.hasMatch(latin1.decode(data))) {
          sent = received = 0;
          fault = _take(data);
        }
        final limit = fault?.requestBytes;
        if (limit != null && sent + data.length > limit) {
          upstream.add(Uint8List.sublistView(data, 0, limit - sent));
          unawaited(upstream.flush().then((_) => breakOff(), onError: (Object _) => end()));
          return;
        }
        sent += data.length;
        upstream.add(fault?.spoilsToken ?? false ? _spoilToken(data) : data);
      },
      onDone: end,
      onError: (Object _) => end(),
    );
    upstream.listen(
      (data) {
        final limit = fault?.answerBytes;
        if (limit != null && received + data.length > limit) {
          client.add(Uint8List.sublistView(data, 0, limit - received));
          unawaited(client.flush().then((_) => breakOff(), onError: (Object _) => end()));
          return;
        }
        received += data.length;
        client.add(data);
      },
      onDone: end,
      onError: (Object _) => end(),
    );
    unawaited(client.done.then((_) {}, onError: (Object _) {}));
    unawaited(upstream.done.then((_) {}, onError: (Object _) {}));
  }

  Uint8List _spoilToken(Uint8List data) {
    final end = latin1.decode(data).indexOf('\r\n', latin1.decode(data).indexOf('Bearer '));
    if (end < 0 || !latin1.decode(data).contains('Bearer ')) return data;
    happened++;
    // Not the very last character, whose low bits mean nothing in base64.
    return Uint8List.fromList(data)..[end - 5] = data[end - 5] == 0x41 ? 0x42 : 0x41;
  }

  static final _requestLine = RegExp(r'^[A-Z]+ /\S* HTTP/1');

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
    _breakAll();
    await _listener.close();
  }
}
