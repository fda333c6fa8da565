import 'dart:async';
import 'dart:convert';
import 'dart:io';
import 'dart:typed_data';

import 'fault.dart';

/// One request and its answer on their way between a device and the server. Breaks off where a fault says so.
final class Exchange {
  /// Between [_client] and [_server]. [_faultOf] tells what befalls the request that begins with these bytes.
  Exchange(this._client, this._server, this._faultOf, {required this.onFault});

  final Socket _client;
  final Socket _server;
  final Fault? Function(Uint8List data) _faultOf;

  /// Told when the fault happens.
  final void Function() onFault;

  Fault? _fault;

  /// Passes on what comes; returns when either side has ended, and both are closed.
  Future<void> run() async {
    // Whoever is gone is told by the end of their stream.
    _client.done.ignore();
    _server.done.ignore();
    try {
      await Future.any([_passRequest(), _passAnswer()]);
    } on IOException {
      // One side broke off: so does the other.
    } finally {
      _client.destroy();
      _server.destroy();
    }
  }

  Future<void> _passRequest() async {
    var sent = 0;
    await for (final data in _client) {
      final isHead = sent == 0;
      if (isHead) _fault = _faultOf(data);
      final limit = _fault?.requestBytes;
      if (limit != null && sent + data.length > limit) {
        onFault();
        _server.add(Uint8List.sublistView(data, 0, limit - sent));
        await _server.flush();
        return (_fault?.isStuck ?? false) ? Completer<void>().future : null;
      }
      sent += data.length;
      _server.add(isHead ? _asLast(_spoiled(data)) : data);
    }
  }

  Future<void> _passAnswer() async {
    var received = 0;
    await for (final data in _server) {
      final limit = _fault?.answerBytes;
      if (limit != null && received + data.length > limit) {
        onFault();
        _client.add(Uint8List.sublistView(data, 0, limit - received));
        return _client.flush();
      }
      received += data.length;
      _client.add(data);
    }
    await _client.flush();
  }

  /// The head of a request after which the connection ends: one that is kept, Apache may close at the very moment at
  /// which it is used again.
  static Uint8List _asLast(Uint8List head) {
    final lineEnd = head.indexOf(0x0a) + 1;
    return Uint8List.fromList([...head.take(lineEnd), ...ascii.encode('Connection: close\r\n'), ...head.skip(lineEnd)]);
  }

  Uint8List _spoiled(Uint8List head) {
    if (!(_fault?.spoilsToken ?? false)) return head;
    final text = latin1.decode(head);
    final end = text.indexOf('\r\n', text.indexOf('Bearer '));
    onFault();
    // Not the very last character, whose low bits mean nothing in base64.
    return Uint8List.fromList(head)..[end - 5] = head[end - 5] == 0x41 ? 0x42 : 0x41;
  }
}
