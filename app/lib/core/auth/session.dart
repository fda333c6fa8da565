import 'dart:convert';

import 'package:clock/clock.dart';
import 'package:meta/meta.dart';

import 'user.dart';

/// Who is signed in at which server, and the tokens that show it.
@immutable
final class Session {
  /// A session of [user] at [server].
  const Session({
    required this.server,
    required this.user,
    required this.accessToken,
    required this.expiresAt,
    required this.refreshToken,
    this.clockOffset = Duration.zero,
    this.isExpired = false,
  });

  /// A session from the tokens a server has sent; [now] is its time. Throws a [FormatException] when they are none.
  factory Session.fromTokens(Map<String, Object?> json, {required String server, required DateTime now}) {
    if (json case {
      'access_token': final String access,
      'expires_in': final int seconds,
      'refresh_token': final String refresh,
      'user': {'id': final String id, 'email': final Object? email},
    }) {
      return Session(
        server: server,
        user: User(id: id, email: email as String? ?? ''),
        accessToken: access,
        expiresAt: now.add(Duration(seconds: seconds)),
        refreshToken: refresh,
        clockOffset: now.difference(clock.now()),
      );
    }
    throw const FormatException('no tokens');
  }

  /// What [toText] has written; null when it is something else.
  static Session? fromText(String text) {
    try {
      if (jsonDecode(text) case {
        'server': final String server,
        'id': final String id,
        'email': final String email,
        'access': final String access,
        'expires': final String expires,
        'refresh': final String refresh,
        'offset': final int offset,
        'expired': final bool isExpired,
      }) {
        return Session(
          server: server,
          user: User(id: id, email: email),
          accessToken: access,
          expiresAt: DateTime.parse(expires),
          refreshToken: refresh,
          clockOffset: Duration(milliseconds: offset),
          isExpired: isExpired,
        );
      }
    } on FormatException {
      // As good as none.
    }
    return null;
  }

  /// The server's address.
  final String server;

  /// Whose session it is.
  final User user;

  /// For requests.
  final String accessToken;

  /// When [accessToken] ends, by the server's clock.
  final DateTime expiresAt;

  /// For the next access token.
  final String refreshToken;

  /// How far the server's clock was ahead of this device's.
  final Duration clockOffset;

  /// Whether the server has refused it.
  final bool isExpired;

  /// The same session, refused.
  Session expired() => Session(
    server: server,
    user: user,
    accessToken: '',
    expiresAt: expiresAt,
    refreshToken: '',
    clockOffset: clockOffset,
    isExpired: true,
  );

  /// For a `TokenStorage`.
  String toText() => jsonEncode({
    'server': server,
    'id': user.id,
    'email': user.email,
    'access': accessToken,
    'expires': expiresAt.toIso8601String(),
    'refresh': refreshToken,
    'offset': clockOffset.inMilliseconds,
    'expired': isExpired,
  });
}
