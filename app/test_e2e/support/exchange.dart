import 'dart:async';
import 'dart:convert';
import 'dart:io';
import 'dart:typed_data';

import 'fault.dart';

/// Forwards one request and its response between a device and the server, and applies a fault.
final class Exchange {
  /// An exchange between [_client] and [_server]. [_faultOf] returns the fault for the request that starts with these
  /// bytes.
  Exchange(this._client, this._server, this._faultOf, {required this.onFault});

  final Socket _client;
  final Socket _server;
  final Fault? Function(Uint8List data) _faultOf;

  /// Called when the fault happens.
  final void Function() onFault;

  Fault? _fault;

  /// Forwards data until either side ends, then closes both.
  Future<void> run() async {
    // The end of the stream already shows that the other side has gone.
    _client.done.ignore();
    _server.done.ignore();
    try {
      await Future.any([_passRequest(), _passAnswer()]);
    } on IOException {
      // One side closed the connection, so the other is closed too.
    } finally {
      _client.destroy();
      _server.destroy();
    }
  }

  Future<void> _passRequest() async {
    var sent = 0;
    await for (final data in _client) {
      final isFirst = sent == 0;
      if (isFirst) _fault = _faultOf(data);
      final limit = _fault?.requestBytes;
      if (limit != null && sent + data.length > limit) {
        onFault();
        _server.add(Uint8List.sublistView(data, 0, limit - sent));
        await _server.flush();
        return (_fault?.isStalled ?? false) ? Completer<void>().future : null;
      }
      sent += data.length;
      _server.add(isFirst ? _withoutKeepAlive(_withFaultyToken(data)) : data);
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

  /// Adds `Connection: close` to a request. Apache may close a kept connection just when it is used again.
  static Uint8List _withoutKeepAlive(Uint8List head) {
    final lineEnd = head.indexOf(0x0a) + 1;
    return Uint8List.fromList([...head.take(lineEnd), ...ascii.encode('Connection: close\r\n'), ...head.skip(lineEnd)]);
  }

  Uint8List _withFaultyToken(Uint8List head) {
    if (!(_fault?.corruptsToken ?? false)) return head;
    final text = latin1.decode(head);
    final end = text.indexOf('\r\n', text.indexOf('Bearer '));
    onFault();
    // Not the last character: its low bits have no meaning in base64.
    return Uint8List.fromList(head)..[end - 5] = head[end - 5] == 0x41 ? 0x42 : 0x41;
  }
}
