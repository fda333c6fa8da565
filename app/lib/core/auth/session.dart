import 'dart:convert';

import 'package:clock/clock.dart';
import 'package:meta/meta.dart';

import 'weight_sync_user.dart';

/// A user's session at one server, with its tokens.
@immutable
final class Session {
  /// A session of [user] at [server].
  const Session({
    required this.id,
    required this.server,
    required this.user,
    required this.accessToken,
    required this.expiresAt,
    required this.refreshToken,
    this.clockOffset = Duration.zero,
    this.isExpired = false,
  });

  /// A session from a token response; [now] is the server's time. Throws a [FormatException] if the tokens are missing.
  factory Session.fromTokens(Map<String, Object?> json, {required String server, required DateTime now}) {
    if (json case {
      'access_token': final String access,
      'expires_in': final int seconds,
      'refresh_token': final String refresh,
      'session_id': final String session,
      'user': {'id': final String id, 'email': final Object? email},
    }) {
      return Session(
        id: session,
        server: server,
        user: WeightSyncUser(id: id, email: email as String? ?? ''),
        accessToken: access,
        expiresAt: now.add(Duration(seconds: seconds)),
        refreshToken: refresh,
        clockOffset: now.difference(clock.now()),
      );
    }
    throw const FormatException('the response has no tokens');
  }

  /// Parses the output of [toText]; null for anything else.
  static Session? fromText(String text) {
    try {
      if (jsonDecode(text) case {
        'session': final String session,
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
          id: session,
          server: server,
          user: WeightSyncUser(id: id, email: email),
          accessToken: access,
          expiresAt: DateTime.parse(expires),
          refreshToken: refresh,
          clockOffset: Duration(milliseconds: offset),
          isExpired: isExpired,
        );
      }
    } on FormatException {
      // Unreadable counts as no session.
    }
    return null;
  }

  /// The server's id of the session, the same for all its tokens.
  final String id;

  /// The server's address.
  final String server;

  /// The session's user.
  final WeightSyncUser user;

  /// The token for requests.
  final String accessToken;

  /// When [accessToken] expires, by the server's clock.
  final DateTime expiresAt;

  /// The token for the next refresh.
  final String refreshToken;

  /// How far the server's clock was ahead of the device's.
  final Duration clockOffset;

  /// Whether the server has rejected the session.
  final bool isExpired;

  /// The same session without tokens, marked as rejected.
  Session expired() => Session(
    id: id,
    server: server,
    user: user,
    accessToken: '',
    expiresAt: expiresAt,
    refreshToken: '',
    clockOffset: clockOffset,
    isExpired: true,
  );

  /// The session as text for a `TokenStorage`.
  String toText() => jsonEncode({
    'session': id,
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
