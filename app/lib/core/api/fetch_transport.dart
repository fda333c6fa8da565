import 'dart:async';
import 'dart:js_interop';
import 'dart:typed_data';

import 'api_failure.dart';
import 'http_transport.dart';

/// The default in a browser.
HttpTransport platformTransport() => FetchTransport();

/// Sends requests with the browser's `fetch`, which reveals no reason when it fails.
final class FetchTransport implements HttpTransport {
  final _pending = <_AbortController>{};

  @override
  Future<HttpTransportAnswer> send(
    String method,
    Uri uri, {
    required Map<String, String> headers,
    required Duration limit,
    Uint8List? body,
  }) async {
    final abort = _AbortController();
    var isLate = false;
    final timer = Timer(limit, () {
      isLate = true;
      abort.abort();
    });
    _pending.add(abort);
    try {
      final response = await _fetch(
        '$uri',
        _Init(
          method: method,
          headers: headers.jsify()!,
          body: body?.toJS,
          signal: abort.signal,
          redirect: 'error',
          cache: 'no-store',
          credentials: 'omit',
        ),
      ).toDart;
      final bytes = (await response.arrayBuffer().toDart).toDart.asUint8List();
      if (bytes.length > HttpTransport.maxBodyBytes) throw const Unreachable('response too large');
      final received = <String, String>{};
      response.headers.forEach(
        ((JSString value, JSString name) {
          received[name.toDart] = value.toDart;
        }).toJS,
      );
      return HttpTransportAnswer(response.status, received, bytes);
    } on Unreachable {
      rethrow;
    } on Object {
      throw Unreachable(isLate ? 'timed out' : 'the browser got no response');
    } finally {
      timer.cancel();
      _pending.remove(abort);
    }
  }

  @override
  void close() {
    for (final request in _pending.toList()) {
      request.abort();
    }
  }
}

@JS('fetch')
external JSPromise<_Response> _fetch(String url, _Init init);

extension type _Init._(JSObject _) implements JSObject {
  external factory _Init({
    String method,
    JSAny headers,
    JSAny? body,
    JSObject signal,
    String redirect,
    String cache,
    String credentials,
  });
}

extension type _Response._(JSObject _) implements JSObject {
  external int get status;
  external _Headers get headers;
  external JSPromise<JSArrayBuffer> arrayBuffer();
}

extension type _Headers._(JSObject _) implements JSObject {
  external void forEach(JSFunction action);
}

@JS('AbortController')
extension type _AbortController._(JSObject _) implements JSObject {
  external _AbortController();
  external JSObject get signal;
  external void abort();
}
