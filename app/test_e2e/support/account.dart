import 'dart:convert';
import 'dart:io';

import 'package:flutter_test/flutter_test.dart';

import 'device.dart';

/// An account, with direct access to the server.
final class Account {
  Account._(this.server, this.email);

  /// The server's own address, without a [Network] in between.
  final Uri server;

  /// The account's address.
  final String email;

  /// The password of all accounts.
  static const password = 'correct horse battery';

  static int _count = 0;

  /// Registers a new account on [device].
  static Future<Account> register(Device device, Uri server) async {
    final account = Account._(server, 'person${_count++}@example.org');
    await device.run(() => device.app.authentication.register(email: account.email, password: password));
    await device.sync();
    return account;
  }

  /// Signs in on [device].
  Future<void> signIn(Device device) async {
    await device.run(() => device.app.authentication.signIn(email: email, password: password));
    await device.sync();
  }

  /// Sends a request and returns status and body.
  Future<(int, Map<String, Object?>)> send(String method, String path, {Object? body, String? token}) async {
    final client = HttpClient();
    try {
      final request = await client.openUrl(method, server.resolve(path));
      if (token != null) request.headers.set('Authorization', 'Bearer $token');
      if (body != null) {
        request.headers.contentType = ContentType.json;
        request.add(utf8.encode(jsonEncode(body)));
      }
      final response = await request.close();
      final text = await utf8.decodeStream(response);
      return (response.statusCode, text.isEmpty ? <String, Object?>{} : jsonDecode(text) as Map<String, Object?>);
    } finally {
      client.close();
    }
  }

  /// Signs in directly and returns the access token.
  Future<String> token() async {
    final (status, body) = await send('POST', '/api/auth/login', body: {'email': email, 'password': password});
    expect(status, 200);
    return body['access_token']! as String;
  }

  /// The entries that the server lists, newest first.
  Future<List<Map<String, Object?>>> list() async {
    final bearer = await token();
    final entries = <Map<String, Object?>>[];
    while (true) {
      final path = '/api/health-metrics/weight?limit=250&offset=${entries.length}';
      final (status, body) = await send('GET', path, token: bearer);
      if (status == 429) {
        // The app's requests have used up the limit.
        await Future<void>.delayed(const Duration(seconds: 1));
        continue;
      }
      expect(status, 200, reason: '$body');
      entries.addAll((body['data']! as List<Object?>).cast());
      if (entries.length >= ((body['pagination']! as Map)['total'] as int)) return entries;
    }
  }

  /// Expects the same entries on the server and all [devices], and no waiting edits. Returns the number of entries.
  Future<int> expectSame(List<Device> devices) async {
    final server = [
      for (final entry in await list())
        '${DateTime.parse('${entry['timestamp']}').toIso8601String()} ${(entry['weight_value']! as num).toDouble()} ${entry['unit']}',
    ]..sort();
    for (final device in devices) {
      final shown = [for (final entry in device.entries) '${entry.timestamp.toIso8601String()} ${entry.weight}']
        ..sort();
      expect(shown, server, reason: device.app.sync.report());
      expect(device.app.weights.pendingCount.value, 0);
    }
    return server.length;
  }
}
