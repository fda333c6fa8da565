import '../../../../core/api/api_failure.dart';
import '../../../../core/auth/authorized_client.dart';
import '../../domain/conflict_strategy.dart';
import '../local/outbox_line.dart';
import 'changes_page.dart';
import 'upload_answer.dart';

/// The wire of weights (docs/PROTOCOL.md): requests and answers, nothing remembered in between. Every call may be made
/// again, whatever became of the one before.
final class WeightSyncService {
  /// Speaks through [_client], as whoever it was made for.
  const WeightSyncService(this._client);

  final AuthorizedClient _client;

  static const _syncRoute = '/api/health-metrics/weight/sync';

  /// Uploads edits made on [device]. [serverIdOf] tells the server's id of an entry where one is known. Throws [ApiFailure].
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
        'entries': [for (final line in lines) _body(line, serverIdOf(line))],
      },
    );
    return _read(() => readUploadAnswer(answer.body, lines.length));
  }

  static Map<String, Object?> _body(OutboxLine line, String? serverId) => {
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

  /// A page of the changes after [since], or of a full pull without it. Throws [ApiFailure]; [Refused] with status 410
  /// when [since] or [epoch] are those of another time.
  Future<ChangesPage> changes({required String? since, required String? epoch, required int limit}) async {
    final answer = await _client.send(
      'GET',
      _syncRoute,
      query: {'since': ?since, if (since != null) 'epoch': ?epoch, 'limit': '$limit'},
    );
    return _read(() => ChangesPage.fromJson(answer.body));
  }

  /// An answer in another form than docs/PROTOCOL.md tells comes from a server that is too new or too old for this app.
  static T _read<T>(T Function() read) {
    try {
      return read();
    } on FormatException catch (failure) {
      throw Refused(status: 200, code: 'unreadable_answer', detail: failure.message);
    } on TypeError catch (failure) {
      throw Refused(status: 200, code: 'unreadable_answer', detail: '$failure');
    }
  }
}
