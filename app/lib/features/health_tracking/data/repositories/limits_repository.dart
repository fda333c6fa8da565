import 'dart:convert';
import 'dart:io';

import 'package:clock/clock.dart';

import '../../../../core/api/api_client.dart';
import '../../../../core/api/api_failure.dart';
import '../../../../core/state/observed.dart';
import '../../../../core/state/watched.dart';
import '../../../../core/storage/storage_failure.dart';
import '../../../../core/storage/written_file.dart';
import '../../domain/server_limits.dart';
import '../services/server_limits_json.dart';

/// What the server accepts: as it last said, also while it is away; the defaults until it has said something.
final class LimitsRepository {
  /// Keeps what [_api] says in the file at [_path].
  LimitsRepository(this._api, this._path) {
    try {
      final file = File(_path);
      if (file.existsSync()) _take(jsonDecode(file.readAsStringSync()));
    } on Exception {
      // A file that cannot be read is as good as none: the server is asked again.
    }
  }

  final ApiClient _api;
  final String _path;
  final _limits = Observed(const ServerLimits());
  DateTime? _askedAt;
  Future<void>? _underWay;

  static const _lasts = Duration(hours: 12);

  /// The limits.
  Watched<ServerLimits> get limits => _limits;

  /// Asks the server, unless it was asked today. A server that does not say leaves everything as it is. Throws
  /// [ApiFailure] when it cannot be asked.
  Future<void> refresh() => _underWay ??= _refresh().whenComplete(() {
    _underWay = null;
  });

  /// Waits for what is being written.
  Future<void> close() async => _underWay?.onError<Object>((_, _) {});

  Future<void> _refresh() async {
    final asked = _askedAt;
    if (asked != null && clock.now().difference(asked).abs() < _lasts) return;
    try {
      final json = (await _api.send('GET', '/api/limits')).body;
      _take(json);
      await writeWholly(_path, jsonEncode(json));
    } on Refused catch (refused) {
      if (refused.status != 404) rethrow;
    } on StorageFailure {
      // It is asked again at the next start.
    }
    _askedAt = clock.now();
  }

  void _take(Object? json) {
    if (json is Map<String, Object?>) _limits.value = readServerLimits(json);
  }
}
