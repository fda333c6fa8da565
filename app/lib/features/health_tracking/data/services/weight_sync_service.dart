import '../../../../core/api/api_failure.dart';
import '../../../../core/auth/authorized_client.dart';
import '../../domain/conflict_strategy.dart';
import '../local/outbox_line.dart';
import 'changes_page.dart';
import 'upload_answer.dart';

/// The requests for weights (docs/PROTOCOL.md). Stateless; every call can be repeated safely.
final class WeightSyncService {
  /// Sends requests through [_client].
  const WeightSyncService(this._client);

  final AuthorizedClient _client;

  static const _syncRoute = '/api/health-metrics/weight/sync';

  /// Uploads edits made on [device]. [serverIdOf] returns an entry's id on the server if it is known. Throws
  /// [ApiFailure].
  Future<UploadAnswer> upload(
    List<OutboxLine> lines, {
    required String device,
    required String? Function(OutboxLine line) serverIdOf,
  }) async {
    final answer = await _client.send(
      'POST',
      _syncRoute,
      body: {
        'device_id': device,
        'conflict_strategy': ConflictStrategy.lastWriteWins.code,
        'entries': [for (final line in lines) _entryJson(line, serverIdOf(line))],
      },
    );
    return _parse(() => readUploadAnswer(answer.body, lines.length));
  }

  static Map<String, Object?> _entryJson(OutboxLine line, String? serverId) => {
    'local_id': line.revivedAs?.local ?? line.key,
    'server_id': ?serverId,
    if (line.version.isDeleted)
      'deleted': true
    else ...{
      'weight_value': line.version.weight!.value,
      'unit': line.version.weight!.unit.code,
      'timestamp': line.version.timestamp!.toIso8601String(),
    },
    'edited_at': line.version.editedAt.toIso8601String(),
    'base_updated_at': ?line.base?.toIso8601String(),
  };

  /// Fetches a page of the changes after [since], or of a full pull if it is null. Throws [ApiFailure]; [Refused] with
  /// status 410 if [since] has expired or the server's epoch is not [epoch].
  Future<ChangesPage> changes({required String? since, required String? epoch, required int limit}) async {
    final answer = await _client.send(
      'GET',
      _syncRoute,
      query: {'since': ?since, if (since != null) 'epoch': ?epoch, 'limit': '$limit'},
    );
    return _parse(() => ChangesPage.fromJson(answer.body));
  }

  /// Turns a parse error into [Refused]: the server is too old or too new for this app.
  static T _parse<T>(T Function() read) {
    try {
      return read();
    } on FormatException catch (failure) {
      throw Refused(status: 200, code: 'unreadable_answer', detail: failure.message);
    } on TypeError catch (failure) {
      throw Refused(status: 200, code: 'unreadable_answer', detail: '$failure');
    }
  }
}
