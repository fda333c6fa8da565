import 'dart:convert';
import 'dart:io';

import 'package:clock/clock.dart';
import 'package:crypto/crypto.dart';
import 'package:path/path.dart' as path;

import '../../../../core/auth/account_data.dart';
import '../../../../core/auth/weight_sync_user.dart';
import '../../../../core/state/one_at_a_time.dart';
import '../../../../core/storage/storage_failure.dart';
import '../repositories/offline_first_weight_repository.dart';
import 'adoption.dart';
import 'weight_store.dart';

/// Keeps the weights of each user in a separate folder, and those that are recorded without an account in another. Opens
/// only those of the person who uses the app, and offers a user who signs in what was recorded without an account.
final class WeightAccount implements AccountData {
  /// Folders below [_folder] for users of [_server]; [_repository] shows the open one.
  WeightAccount(this._folder, this._server, this._repository);

  final String _folder;
  final Uri _server;
  final OfflineFirstWeightRepository _repository;
  final _turns = OneAtATime();

  /// [local] is what can be added to the user's store.
  ({WeightSyncUser? user, WeightStore store, WeightStore? local})? _open;

  static const _erased = '.erased';
  static final _uuid = RegExp(r'^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$', caseSensitive: false);

  /// The open store if it belongs to [user], or whichever store is open if [user] is null.
  WeightStore? storeOf(WeightSyncUser? user) => user == null || _open?.user?.id == user.id ? _open?.store : null;

  String get _accounts => path.join(_folder, 'accounts');

  /// The folder of what is recorded without an account.
  String get _local => path.join(_folder, 'local');

  String _folderOf(WeightSyncUser user) => path.join(_accounts, _nameOf(user));

  /// Does not reveal the user. A UUID is the same person at every address, so that a server which moved finds the unsent
  /// edits; any other id means somebody only at its own server.
  String _nameOf(WeightSyncUser user) {
    final owner = _uuid.hasMatch(user.id) ? user.id : '$_server\n${user.id}';
    return sha256.convert(utf8.encode(owner)).toString().substring(0, 32);
  }

  @override
  Future<void> open(WeightSyncUser? user) => _turns.run(() => _use(user));

  Future<void> _use(WeightSyncUser? user) async {
    if (_open case final open? when open.user?.id == user?.id) return;
    await _close();
    if (user == null) {
      final store = await _openLocal();
      _open = (user: null, store: store, local: null);
      return _repository.use(store);
    }
    final local = await _localBeside(user);
    final WeightStore store;
    try {
      store = await WeightStore.open(_folderOf(user), server: '$_server', owner: _nameOf(user));
    } on Object {
      await local?.close();
      rethrow;
    }
    _open = (user: user, store: store, local: local);
    final adoption = local == null ? null : Adoption(local, store, _turns, () => _eraseLocal(local));
    if (adoption != null && adoption.isBegun) await _finish(adoption);
    _repository.use(store, adoption: adoption);
  }

  /// If the device has no space now, the next start goes on.
  static Future<void> _finish(Adoption adoption) async {
    try {
      await adoption.go();
    } on StorageFailure {
      // Every step that was made can be repeated.
    }
  }

  Future<WeightStore> _openLocal() => WeightStore.open(_local, server: '$_server', owner: null);

  /// What was recorded without an account. What [user] kept at the last sign-out becomes their own again first.
  Future<WeightStore?> _localBeside(WeightSyncUser user) async {
    if (!Directory(_local).existsSync()) return null;
    final local = await _openLocal();
    if (local.owner != _nameOf(user) || Directory(_folderOf(user)).existsSync()) return local;
    await local.close();
    await _rename(_local, _folderOf(user));
    return null;
  }

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
    await open.local?.close();
  }

  /// If the user has kept other weights apart, those are shown without an account, and the user's stay hidden until the
  /// next sign-in.
  @override
  Future<void> keep(WeightSyncUser user) => _turns.run(() async {
    final open = _open;
    if (open == null || open.user?.id != user.id) return;
    final isFree = open.local?.listEntries().isEmpty ?? true;
    await _close();
    try {
      if (!isFree) return;
      await _erase(_local);
      await _rename(_folderOf(user), _local);
    } finally {
      await _use(null);
    }
  });

  @override
  Future<void> erase(WeightSyncUser user) => _turns.run(() async {
    final open = _open;
    final isKept = open != null && open.user == null && open.store.owner == _nameOf(user);
    final isOpen = isKept || open?.user?.id == user.id;
    if (isOpen) await _close();
    try {
      await _erase(_folderOf(user));
      if (isKept) await _erase(_local);
    } finally {
      if (isOpen) await _use(null);
    }
  });

  Future<void> _eraseLocal(WeightStore local) async {
    if (_open case (:final user, :final store, local: _)) _open = (user: user, store: store, local: null);
    await local.close();
    await _erase(_local);
  }

  /// Renaming is atomic: an interrupted deletion leaves nothing that could be opened again.
  Future<void> _erase(String folder) async {
    if (!Directory(folder).existsSync()) return;
    final name = path.basename(folder);
    await _rename(folder, path.join(_accounts, '$name.${clock.now().microsecondsSinceEpoch}$_erased'));
    await sweep();
  }

  static Future<void> _rename(String folder, String to) async {
    try {
      await Directory(path.dirname(to)).create(recursive: true);
      await Directory(folder).rename(to);
    } on FileSystemException catch (failure) {
      throw StorageFailure('$failure');
    }
  }

  /// Deletes folders marked as erased, including those of earlier runs.
  Future<void> sweep() async {
    final accounts = Directory(_accounts);
    if (!accounts.existsSync()) return;
    for (final folder in accounts.listSync().where((folder) => folder.path.endsWith(_erased))) {
      try {
        await folder.delete(recursive: true);
      } on FileSystemException {
        // The next start tries again; the folder is not opened until then.
      }
    }
  }
}
