import 'dart:convert';

import 'package:clock/clock.dart';

import '../../../../core/api/api_client.dart';
import '../../../../core/api/api_failure.dart';
import '../../../../core/state/observed.dart';
import '../../../../core/state/watched.dart';
import '../../../../core/storage/storage_failure.dart';
import '../../../../core/storage/stored_text.dart';
import '../../domain/server_limits.dart';
import '../services/server_limits_json.dart';

/// The server's limits, stored for offline use; the defaults until the server was first reached.
final class LimitsRepository {
  /// Stores the limits from [_api] in [_file].
  LimitsRepository(this._api, this._file) {
    try {
      if (_file.text case final text?) _apply(jsonDecode(text));
    } on Exception {
      // An unreadable file counts as none: the server is asked again.
    }
  }

  final ApiClient _api;
  final StoredText _file;
  final _limits = Observed(const ServerLimits());
  DateTime? _askedAt;
  Future<void>? _pending;

  static const _maxAge = Duration(hours: 12);

  /// The limits.
  Watched<ServerLimits> get limits => _limits;

  /// Fetches the limits unless that was done in the last 12 hours. A server without the route changes nothing. Throws
  /// [ApiFailure].
  Future<void> refresh() => _pending ??= _refresh().whenComplete(() {
    _pending = null;
  });

  /// Waits for a fetch in progress and its write.
  Future<void> close() async => _pending?.onError<Object>((_, _) {});

  Future<void> _refresh() async {
    final asked = _askedAt;
    if (asked != null && clock.now().difference(asked).abs() < _maxAge) return;
    try {
      final json = (await _api.send('GET', '/api/limits')).body;
      _apply(json);
      await _file.write(jsonEncode(json));
    } on Refused catch (refused) {
      if (refused.status != 404) rethrow;
    } on StorageFailure {
      // The next start fetches them again.
    }
    _askedAt = clock.now();
  }

  void _apply(Object? json) {
    if (json is Map<String, Object?>) _limits.value = readServerLimits(json);
  }
}
