import 'dart:convert';

import 'package:crypto/crypto.dart';
import 'package:path/path.dart' as path;

import '../../../../core/auth/account_data.dart';
import '../../../../core/auth/weight_sync_user.dart';
import '../../../../core/state/one_at_a_time.dart';
import '../../../../core/storage/files.dart';
import '../repositories/offline_first_weight_repository.dart';
import 'weight_store.dart';

/// Keeps the weights of each user in a separate folder, and opens only those of the signed-in user.
final class WeightAccount implements AccountData {
  /// Folders below [_folder] for users of [_server]; [_repository] shows the open one.
  WeightAccount(this._folder, this._server, this._repository);

  final String _folder;
  final Uri _server;
  final OfflineFirstWeightRepository _repository;
  final _turns = OneAtATime();
  ({WeightSyncUser user, WeightStore store})? _open;

  static final _uuid = RegExp(r'^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$', caseSensitive: false);

  /// The open store if it belongs to [user], or whichever store is open if [user] is null.
  WeightStore? storeOf(WeightSyncUser? user) => user == null || _open?.user.id == user.id ? _open?.store : null;

  String get _accounts => path.join(_folder, 'accounts');

  /// The folder's name does not reveal the user. A UUID is the same person at every address, so that a server which
  /// moved finds the unsent edits; any other id means somebody only at its own server.
  String _folderOf(WeightSyncUser user) {
    final owner = _uuid.hasMatch(user.id) ? user.id : '$_server\n${user.id}';
    final name = sha256.convert(utf8.encode(owner)).toString().substring(0, 32);
    return path.join(_accounts, name);
  }

  @override
  Future<void> open(WeightSyncUser user) => _turns.run(() async {
    if (_open?.user.id == user.id) return;
    await _close();
    final store = await WeightStore.open(_folderOf(user), server: '$_server');
    _open = (user: user, store: store);
    _repository.use(store);
  });

  @override
  int get unsentCount => _open?.store.pendingCount ?? 0;

  @override
  Future<void> close() => _turns.run(_close);

  Future<void> _close() async {
    final open = _open;
    if (open == null) return;
    _open = null;
    _repository.use(null);
    await open.store.close();
  }

  @override
  Future<void> erase(WeightSyncUser user) => _turns.run(() async {
    if (_open?.user.id == user.id) await _close();
    await files.eraseFolder(_folderOf(user));
  });

  /// Deletes what an interrupted deletion left.
  Future<void> sweep() => files.sweepErased(_accounts);
}
