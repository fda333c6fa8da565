import 'dart:convert';
import 'dart:ffi';
import 'dart:io';

/// POSIX calls on a folder that dart:io lacks: a lock that other isolates of this process respect too, and syncing
/// directory entries. Knows nothing about the folder's content.
final class PosixFolder implements Finalizable {
  PosixFolder._(this._stream);

  /// Opens the folder at [path]; null if that fails, and on Windows.
  static PosixFolder? open(String path) {
    if (Platform.isWindows) return null;
    final bytes = utf8.encode(path);
    final name = _malloc(bytes.length + 1);
    name.asTypedList(bytes.length + 1)
      ..setAll(0, bytes)
      ..[bytes.length] = 0;
    final stream = _opendir(name);
    _free(name);
    if (stream == nullptr) return null;
    final folder = PosixFolder._(stream);
    // An isolate that is killed (hot restart) does not call [close].
    _finalizer.attach(folder, stream, detach: folder);
    return folder;
  }

  /// Makes the directory entries of the folder at [path] durable.
  static void syncNames(String path) {
    final folder = open(path);
    if (folder == null) return;
    // Some file systems do not support this; there is no fallback.
    _fsync(_dirfd(folder._stream));
    folder.close();
  }

  final Pointer<Void> _stream;

  static final _system = DynamicLibrary.process();
  static final _malloc = _system.lookupFunction<Pointer<Uint8> Function(Size), Pointer<Uint8> Function(int)>('malloc');
  static final _free = _system.lookupFunction<Void Function(Pointer<Uint8>), void Function(Pointer<Uint8>)>('free');
  static final _opendir = _system
      .lookupFunction<Pointer<Void> Function(Pointer<Uint8>), Pointer<Void> Function(Pointer<Uint8>)>('opendir');
  static final _dirfd = _system.lookupFunction<Int Function(Pointer<Void>), int Function(Pointer<Void>)>('dirfd');
  static final _fsync = _system.lookupFunction<Int Function(Int), int Function(int)>('fsync');
  static final _closedir = _system.lookup<NativeFunction<Void Function(Pointer<Void>)>>('closedir');
  static final _finalizer = NativeFinalizer(_closedir);

  // Leaf calls: the Dart runtime must not run between the call and reading errno.
  static final _flock = _system.lookupFunction<Int Function(Int, Int), int Function(int, int)>('flock', isLeaf: true);
  static final _errno = _system.lookupFunction<Pointer<Int> Function(), Pointer<Int> Function()>(
    Platform.isAndroid ? '__errno' : (Platform.isLinux ? '__errno_location' : '__error'),
    isLeaf: true,
  );

  static const _attempts = 3;

  // LOCK_EX | LOCK_NB and EWOULDBLOCK.
  static const _lockNow = 2 | 4;
  static final _wouldBlock = Platform.isLinux || Platform.isAndroid ? 11 : 35;

  /// Locks the folder until [close] or the end of the isolate; false if it is already locked. On a file system without
  /// locks it always succeeds.
  bool lock() {
    // Look these up before the call: a first lookup (each isolate has its own) may change errno.
    final (folder, flock, errno, taken) = (_dirfd(_stream), _flock, _errno(), _wouldBlock);
    // Retry before concluding that locks are unsupported: two writers would destroy the journal.
    for (var attempt = 0; attempt < _attempts; attempt++) {
      if (flock(folder, _lockNow) == 0) return true;
      if (errno.value == taken) return false;
    }
    return true;
  }

  /// Closes the folder and releases its lock.
  void close() {
    _finalizer.detach(this);
    _closedir.asFunction<void Function(Pointer<Void>)>()(_stream);
  }
}
