import 'dart:async';
import 'dart:js_interop';
import 'dart:typed_data';

import 'storage_failure.dart';

/// Pieces of files in an IndexedDB database of the page's origin: row `[path, number]` holds bytes. One call is one
/// transaction, on disk when it returns. Throws a [StorageFailure].
final class IndexedPieces {
  Future<_Database>? _database;

  static const _store = 'pieces';

  /// The pieces of the file at [path], in order.
  Future<List<Uint8List>> of(String path) async {
    final rows = await _transact('readonly', (pieces) => pieces.getAll(_wholeFile(path)));
    return [for (final row in (rows! as JSArray<JSUint8Array>).toDart) row.toDart];
  }

  /// Stores [bytes] as piece [number] of the file at [path].
  Future<void> put(String path, int number, Uint8List bytes) =>
      _transact('readwrite', (pieces) => pieces.put(bytes.toJS, _key(path, number)));

  /// Replaces all pieces of the file at [path] by [bytes].
  Future<void> replace(String path, Uint8List bytes) => _transact('readwrite', (pieces) {
    pieces.delete(_wholeFile(path));
    return pieces.put(bytes.toJS, _key(path, 0));
  });

  /// Deletes the file at [path].
  Future<void> delete(String path) => _transact('readwrite', (pieces) => pieces.delete(_wholeFile(path)));

  /// Deletes all files below the folder at [path].
  Future<void> deleteBelow(String path) =>
      _transact('readwrite', (pieces) => pieces.delete(_Range.bound(['$path/'.toJS].toJS, ['$path/\uffff'.toJS].toJS)));

  /// Asks the browser not to delete the database when space gets short.
  Future<void> protect() async {
    try {
      await _navigator.storage?.persist().toDart;
    } on Object {
      // It may refuse, and then keeps the data as long as it likes.
    }
  }

  static JSArray<JSAny> _key(String path, int number) => [path.toJS, number.toJS].toJS;

  // An array is greater than any number.
  static _Range _wholeFile(String path) => _Range.bound([path.toJS].toJS, [path.toJS, <JSAny>[].toJS].toJS);

  Future<JSAny?> _transact(String mode, _Request Function(_Store pieces) ask) async {
    try {
      final database = await (_database ??= _open());
      // "strict": the browser reports the end only after the data is on disk.
      final transaction = database.transaction(_store, mode, _Options(durability: 'strict'));
      final request = ask(transaction.objectStore(_store));
      final ended = Completer<JSAny?>();
      transaction
        ..oncomplete = ((JSAny? _) => ended.complete(request.result)).toJS
        ..onabort = ((JSAny? _) => ended.completeError(_failure(transaction.error))).toJS;
      return await ended.future;
    } on StorageFailure {
      rethrow;
    } on Object catch (failure) {
      throw StorageFailure('$failure');
    }
  }

  Future<_Database> _open() {
    final opened = Completer<_Database>();
    final request = _indexedDb.open('weight_sync', 1);
    void fail(JSAny? _) => opened.completeError(_failure(request.error));
    request
      ..onupgradeneeded = ((JSAny? _) {
        (request.result! as _Database).createObjectStore(_store);
      }).toJS
      ..onerror = fail.toJS
      ..onsuccess = ((JSAny? _) {
        final database = request.result! as _Database;
        // The user has deleted the site's data, or a later version of the app wants to change the database.
        database
          ..onclose = ((JSAny? _) => _database = null).toJS
          ..onversionchange = ((JSAny? _) {
            database.close();
            _database = null;
          }).toJS;
        opened.complete(database);
      }).toJS;
    // The next call tries again.
    return opened.future.onError<StorageFailure>((failure, _) {
      _database = null;
      throw failure;
    });
  }

  static StorageFailure _failure(_Error? error) =>
      StorageFailure(error == null ? 'the browser aborted it' : '${error.name}: ${error.message}');
}

@JS('indexedDB')
external _Factory get _indexedDb;

@JS('navigator')
external _Navigator get _navigator;

extension type _Navigator._(JSObject _) implements JSObject {
  external _StorageManager? get storage;
}

extension type _StorageManager._(JSObject _) implements JSObject {
  external JSPromise<JSBoolean> persist();
}

extension type _Factory._(JSObject _) implements JSObject {
  external _Request open(String name, int version);
}

extension type _Request._(JSObject _) implements JSObject {
  external JSAny? get result;
  external _Error? get error;
  external set onsuccess(JSFunction? listener);
  external set onerror(JSFunction? listener);
  external set onupgradeneeded(JSFunction? listener);
}

extension type _Error._(JSObject _) implements JSObject {
  external String get name;
  external String get message;
}

extension type _Database._(JSObject _) implements JSObject {
  external _Transaction transaction(String store, String mode, _Options options);
  external _Store createObjectStore(String name);
  external set onclose(JSFunction? listener);
  external set onversionchange(JSFunction? listener);
  external void close();
}

extension type _Options._(JSObject _) implements JSObject {
  external factory _Options({String durability});
}

extension type _Transaction._(JSObject _) implements JSObject {
  external _Store objectStore(String name);
  external _Error? get error;
  external set oncomplete(JSFunction? listener);
  external set onabort(JSFunction? listener);
}

extension type _Store._(JSObject _) implements JSObject {
  external _Request getAll(_Range range);
  external _Request put(JSAny value, JSAny key);
  external _Request delete(_Range range);
}

@JS('IDBKeyRange')
extension type _Range._(JSObject _) implements JSObject {
  external static _Range bound(JSAny lower, JSAny upper);
}
