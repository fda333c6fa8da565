import 'dart:convert';

import 'package:crypto/crypto.dart';
import 'package:path/path.dart' as path;

import '../../../../core/auth/account_data.dart';
import '../../../../core/auth/weight_sync_user.dart';
import '../../../../core/state/one_at_a_time.dart';
import '../../../../core/storage/files.dart';
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

  static final _uuid = RegExp(r'^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$', caseSensitive: false);

  /// The open store if it belongs to [user], or whichever store is open if [user] is null.
  WeightStore? storeOf(WeightSyncUser? user) => user == null || _open?.user?.id == user.id ? _open?.store : null;

  String get _accounts => path.join(_folder, 'accounts');

  String _folderOf(String account) => path.join(_accounts, account);

  /// The name of a user's folder, which does not reveal the user. A UUID is the same person at every address, so that a
  /// server which moved finds the unsent edits; any other id means somebody only at its own server.
  String _nameOf(WeightSyncUser user) {
    final owner = _uuid.hasMatch(user.id) ? user.id : '$_server\n${user.id}';
    return sha256.convert(utf8.encode(owner)).toString().substring(0, 32);
  }

  /// Names the account whose weights are in use without an account, because its user kept them at sign-out.
  String get _keptFile => path.join(_folder, 'kept');

  Future<String?> get _kept async {
    final bytes = await files.read(_keptFile);
    if (bytes == null) return null;
    final name = latin1.decode(bytes);
    return RegExp(r'^[0-9a-f]{32}$').hasMatch(name) ? name : null;
  }

  /// The folder of what is in use without an account.
  String _localFolder(String? kept) => kept == null ? path.join(_folder, 'local') : _folderOf(kept);

  @override
  Future<void> open(WeightSyncUser? user) => _turns.run(() => _use(user));

  Future<void> _use(WeightSyncUser? user) async {
    if (_open case final open? when open.user?.id == user?.id) return;
    await _close();
    try {
      await (user == null ? _useLocal() : _useAccountOf(user));
    } on StorageFailure catch (failure) {
      _repository.use(null, failure: failure);
      rethrow;
    }
  }

  Future<void> _useLocal() async {
    final store = await _openLocal(await _kept);
    _open = (user: null, store: store, local: null);
    _repository.use(store);
  }

  Future<WeightStore> _openLocal(String? kept) =>
      WeightStore.open(_localFolder(kept), server: '$_server', hasAccount: false);

  /// What the user kept at the last sign-out is simply theirs again.
  Future<void> _useAccountOf(WeightSyncUser user) async {
    final name = _nameOf(user);
    final kept = await _kept;
    final store = await WeightStore.open(_folderOf(name), server: '$_server');
    final WeightStore? local;
    try {
      if (kept == name) await files.delete(_keptFile);
      final other = kept == name ? null : kept;
      local = await WeightStore.isIn(_localFolder(other)) ? await _openLocal(other) : null;
    } on Object {
      await store.close();
      rethrow;
    }
    _open = (user: user, store: store, local: local);
    if (local == null) return _repository.use(store);
    final adoption = Adoption(local, store, _turns, _eraseLocal, wasOthers: kept != null && kept != name);
    if (adoption.isBegun) await _finish(adoption);
    await adoption.count();
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

  /// If the user has kept other weights apart, those are in use without an account, and the user's stay hidden until the
  /// next sign-in.
  @override
  Future<void> keep(WeightSyncUser user) => _turns.run(() async {
    final open = _open;
    if (open == null || open.user?.id != user.id) return;
    final isFree = open.local?.listEntries().isEmpty ?? true;
    await _close();
    try {
      if (isFree) await files.write(_keptFile, latin1.encode(_nameOf(user)));
    } finally {
      await _use(null);
    }
  });

  @override
  Future<void> erase(WeightSyncUser user) => _turns.run(() async {
    final name = _nameOf(user);
    final isKept = await _kept == name;
    final open = _open;
    final isOpen = open != null && (isKept || open.user?.id == user.id);
    if (isOpen) await _close();
    try {
      await files.eraseFolder(_folderOf(name));
      if (isKept) await files.delete(_keptFile);
    } finally {
      if (isOpen) await _use(open.user?.id == user.id ? null : open.user);
    }
  });

  Future<void> _eraseLocal(WeightStore local) async {
    if (_open case (:final user, :final store, local: _)) _open = (user: user, store: store, local: null);
    await local.close();
    await files.eraseFolder(_localFolder(await _kept));
    await files.delete(_keptFile);
  }

  /// Deletes what an interrupted deletion left.
  Future<void> sweep() async {
    await files.sweepErased(_folder);
    await files.sweepErased(_accounts);
  }
}
