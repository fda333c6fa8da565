import 'dart:convert';
import 'dart:ffi';
import 'dart:io';

/// A folder as the system knows it, for what dart:io has no call for: a lock that other isolates of this process respect
/// too, and making names durable. Knows nothing of what is in the folder.
final class PosixFolder implements Finalizable {
  PosixFolder._(this._stream);

  /// The folder at [path]; null where it cannot be opened, and on a system that is none of this kind.
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
    // An isolate that is killed (a hot restart) closes nothing itself.
    _finalizer.attach(folder, stream, detach: folder);
    return folder;
  }

  /// Makes durable which files are in the folder at [path], and under which names.
  static void syncNames(String path) {
    final folder = open(path);
    if (folder == null) return;
    // Some file systems cannot; there is nothing else to try.
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

  // Leaves: nothing of Dart's own comes between the call and the question why it failed.
  static final _flock = _system.lookupFunction<Int Function(Int, Int), int Function(int, int)>('flock', isLeaf: true);
  static final _errno = _system.lookupFunction<Pointer<Int> Function(), Pointer<Int> Function()>(
    Platform.isAndroid ? '__errno' : (Platform.isLinux ? '__errno_location' : '__error'),
    isLeaf: true,
  );

  static const _exclusiveNow = 2 | 4;
  static const _tries = 3;
  static final _wouldBlock = Platform.isLinux || Platform.isAndroid ? 11 : 35;

  /// Locks the folder until [close] or the end of the isolate; false when somebody else has. A file system without such
  /// locks grants it to everybody.
  bool lock() {
    // Whatever is looked up for the first time after the call (each isolate looks up anew) may itself change errno.
    final (folder, flock, errno, taken) = (_dirfd(_stream), _flock, _errno(), _wouldBlock);
    // One odd reason grants nothing: a folder taken by two is a journal destroyed.
    for (var tries = 0; tries < _tries; tries++) {
      if (flock(folder, _exclusiveNow) == 0) return true;
      if (errno.value == taken) return false;
    }
    return true;
  }

  /// Closes it.
  void close() {
    _finalizer.detach(this);
    _closedir.asFunction<void Function(Pointer<Void>)>()(_stream);
  }
}
