// Generated from lib/l10n/arb by tool/words.dart: change the texts there.
// dart format off
// ignore_for_file: unnecessary_brace_in_string_interps, public_member_api_docs, the texts explain each member

import 'package:intl/intl.dart';

import 'weight_words.dart';

/// The texts in the language `es`.
class WeightWordsEs extends WeightWords {
  /// The texts in the language `es`.
  const WeightWordsEs();

  @override
  String get cancel => 'Cancelar';
  @override
  String get undo => 'Deshacer';
  @override
  String get delete => 'Eliminar';
  @override
  String get save => 'Guardar';
  @override
  String get storageTrouble => 'Este dispositivo no pudo guardarlo. ¿Está llena su memoria?';
  @override
  String get opening => 'Abriendo sus pesos …';
  @override
  String get openElsewhere => 'Esta aplicación ya está abierta en otra ventana o pestaña.';
  @override
  String get cannotStore => 'Este dispositivo no puede guardar sus pesos.';
  @override
  String get kilograms => 'Kilogramos';
  @override
  String get pounds => 'Libras';
  @override
  String get stones => 'Stones';
  @override
  String get signIn => 'Iniciar sesión';
  @override
  String get signInLead => 'Sus pesos, seguros y en todos sus dispositivos.';
  @override
  String get signInAgain => 'Volver a iniciar sesión';
  @override
  String get signInAgainLead => 'Su sesión ha terminado. Todo lo que hay en este dispositivo se conserva y se enviará cuando haya iniciado sesión.';
  @override
  String get createAccount => 'Crear cuenta';
  @override
  String get createAccountLead => 'Nadie más que usted ve sus pesos.';
  @override
  String get toCreateAccount => '¿Es nuevo? Crear una cuenta';
  @override
  String get toSignIn => 'Ya tengo una cuenta';
  @override
  String get email => 'Correo electrónico';
  @override
  String get password => 'Contraseña';
  @override
  String get showPassword => 'Mostrar la contraseña';
  @override
  String get hidePassword => 'Ocultar la contraseña';
  @override
  String get emailMissing => 'Introduzca un correo electrónico, como nombre@example.org.';
  @override
  String get passwordMissing => 'Introduzca su contraseña.';
  @override
  String passwordLength(int shortest, int longest) => 'De ${shortest} a ${longest} caracteres';
  @override
  String get forgotPassword => '¿Olvidó la contraseña?';
  @override
  String get codeLead => 'Escriba su dirección. Recibirá un correo con un código.';
  @override
  String get codeByOperator => 'Este servidor no envía correos. Pida un código al operador y escríbalo aquí.';
  @override
  String get sendCode => 'Enviar código';
  @override
  String get haveCode => 'Tengo un código';
  @override
  String codeSent(String email) => 'Si ${email} se puede usar aquí, va en camino un correo con un código. Vale durante 30 minutos.';
  @override
  String get confirmAddress => 'Confirme su dirección';
  @override
  String get code => 'Código';
  @override
  String get codeMissing => 'Escriba el código.';
  @override
  String get codeWrong => 'Este código es incorrecto o ya no vale. Compruébelo o pida otro.';
  @override
  String get accountWasDeleted => 'Su cuenta se ha eliminado. Sus datos se han borrado de este dispositivo.';
  @override
  String get onlyHere => 'Solo en este dispositivo';
  @override
  String adoptTitle(int count) => Intl.plural(count, one: 'Un peso de este dispositivo no está en su cuenta', other: '${count} pesos de este dispositivo no están en su cuenta', locale: 'es');
  @override
  String get adoptLead => '¿Añadirlos o conservarlos aparte? Aparte, se muestran cuando nadie ha iniciado sesión.';
  @override
  String get adoptLater => 'Se conservan. En cuanto se cargue su cuenta, se añadirán, o se le preguntará.';
  @override
  String get adopt => 'Añadir a la cuenta';
  @override
  String get keepApart => 'Conservar aparte';
  @override
  String get wrongCredentials => 'El correo y la contraseña no coinciden. Revise ambos e inténtelo de nuevo.';
  @override
  String get wrongPassword => 'Esa no es su contraseña actual.';
  @override
  String get emailTaken => 'Este correo ya tiene una cuenta. Inicie sesión.';
  @override
  String get registrationClosed => 'Este servidor no acepta cuentas nuevas. Consulte a su operador.';
  @override
  String get or => 'o';
  @override
  String get continueWithGoogle => 'Continuar con Google';
  @override
  String get googleFailed => 'El inicio de sesión con Google no funcionó. Inténtelo de nuevo.';
  @override
  String get googleUnavailable => 'El inicio de sesión con Google no está disponible ahora en este servidor. Use su correo y su contraseña.';
  @override
  String get googleUnverified => 'Verifique primero su dirección con Google.';
  @override
  String get googleDiffers => 'Elija la cuenta de Google que usó aquí antes.';
  @override
  String get managedElsewhere => 'Su cuenta pertenece a otro servicio. Cámbiela o elimínela donde la creó.';
  @override
  String get invalidFields => 'Algo no está bien en el formulario. Revise lo que está marcado.';
  @override
  String tooManyAttempts(int minutes) => 'Demasiados intentos. Inténtelo de nuevo en ${Intl.plural(minutes, one: 'un minuto', other: '${minutes} minutos', locale: 'es')}.';
  @override
  String get sessionOver => 'Su sesión ha terminado. Vuelva a iniciar sesión.';
  @override
  String get serverUnreachable => 'No se puede acceder al servidor. Compruebe su conexión e inténtelo de nuevo.';
  @override
  String get serverTrouble => 'El servidor tiene un problema. No se pierde nada.';
  @override
  String get weight => 'Peso';
  @override
  String get addWeight => 'Añadir peso';
  @override
  String get emptyTitle => 'Aún no hay pesos';
  @override
  String get emptyLead => 'Empiece con el peso de hoy. También funciona sin conexión.';
  @override
  String get latest => 'Último';
  @override
  String sameAsOn(String date) => 'Igual que el ${date}';
  @override
  String changeSince(String change, String date) => '${change} desde el ${date}';
  @override
  String get nothingInRange => 'No hay pesos en este período';
  @override
  String get rangeMonth => '1 M';
  @override
  String get rangeQuarter => '3 M';
  @override
  String get rangeYear => '1 A';
  @override
  String get rangeAll => 'Todo';
  @override
  String get rangeMonthSpoken => 'Un mes';
  @override
  String get rangeQuarterSpoken => 'Tres meses';
  @override
  String get rangeYearSpoken => 'Un año';
  @override
  String get rangeAllSpoken => 'Todo el tiempo';
  @override
  String chartSpoken(int count, String lowest, String highest, String latest) => '${Intl.plural(count, one: 'Gráfico de un peso', other: 'Gráfico de ${count} pesos', locale: 'es')}. Mínimo ${lowest}, máximo ${highest}, último ${latest}.';
  @override
  String get markPending => 'Aún sin enviar';
  @override
  String get markOvertaken => 'Cambiado en otro dispositivo';
  @override
  String get markRefused => 'No aceptado. Toque para corregir';
  @override
  String get weightDeleted => 'Peso eliminado';
  @override
  String get editWeight => 'Editar peso';
  @override
  String get unit => 'Unidad';
  @override
  String get date => 'Fecha';
  @override
  String get time => 'Hora';
  @override
  String get less => 'Una décima menos';
  @override
  String get more => 'Una décima más';
  @override
  String get notANumber => 'Introduzca un número, como 72,5';
  @override
  String outOfRange(String least, String most) => 'Entre ${least} y ${most}, por favor';
  @override
  String get farOffTitle => '¿Es correcto?';
  @override
  String farOff(String weight, String other, String date) => '${weight} está lejos de ${other}, del ${date}.';
  @override
  String get saveAnyway => 'Guardar de todos modos';
  @override
  String get tooFarAhead => 'Este momento está en el futuro.';
  @override
  String get tooLongAgo => 'El primer año posible es 1900.';
  @override
  String get fieldRefused => 'El servidor no lo aceptó.';
  @override
  String get refusedLead => 'El servidor no aceptó este peso. Corríjalo y guárdelo, o elimínelo.';
  @override
  String get quotaExceeded => 'La cuenta está llena: el servidor no aceptó este peso. Se queda en este dispositivo. Pida más espacio a quien administra el servidor.';
  @override
  String get keepsUnit => 'Introducido en esta unidad; se queda exactamente así.';
  @override
  String get sync => 'Sincronización';
  @override
  String get syncNow => 'Sincronizar ahora';
  @override
  String get syncOff => 'Sesión no iniciada';
  @override
  String get syncIdle => 'Todo está al día';
  @override
  String syncIdlePending(int count) => Intl.plural(count, one: 'Un cambio está a punto de enviarse', other: '${count} cambios están a punto de enviarse', locale: 'es');
  @override
  String get syncUploading => 'Enviando cambios …';
  @override
  String get syncDownloading => 'Recibiendo cambios …';
  @override
  String syncProgress(int done, int total) => '${done} de ${total}';
  @override
  String get syncOffline => 'Sin conexión con el servidor';
  @override
  String get syncRetrying => 'La sincronización lo intentará de nuevo';
  @override
  String get syncNeedsSignIn => 'Vuelva a iniciar sesión';
  @override
  String syncConflicts(int count) => Intl.plural(count, one: 'Un peso se cambió en dos dispositivos', other: '${count} pesos se cambiaron en dos dispositivos', locale: 'es');
  @override
  String get syncStalled => 'La sincronización necesita su ayuda';
  @override
  String get kept => 'Sus pesos se conservan en este dispositivo.';
  @override
  String keptPending(int count) => Intl.plural(count, one: 'Un cambio se conserva en este dispositivo.', other: '${count} cambios se conservan en este dispositivo.', locale: 'es');
  @override
  String nextTry(String time) => 'Próximo intento a las ${time}.';
  @override
  String get rateLimited => 'El servidor pide una breve pausa.';
  @override
  String entriesRefused(int count) => Intl.plural(count, one: 'El servidor no aceptó un peso. Está marcado en la lista.', other: 'El servidor no aceptó ${count} pesos. Están marcados en la lista.', locale: 'es');
  @override
  String newerData(int count) => Intl.plural(count, one: 'Una versión más reciente de la aplicación escribió un peso aquí. Se conserva. Actualice la aplicación.', other: 'Una versión más reciente de la aplicación escribió ${count} pesos aquí. Se conservan. Actualice la aplicación.', locale: 'es');
  @override
  String get dataDamaged => 'Una parte de los datos de este dispositivo estaba dañada. Lo que tiene el servidor se vuelve a descargar; revise sus últimos cambios. Se guardó una copia.';
  @override
  String lostByServer(int count) => Intl.plural(count, one: 'El servidor había perdido uno de sus pesos. Se restaura desde este dispositivo; no tiene que hacer nada.', other: 'El servidor había perdido ${count} de sus pesos. Se restauran desde este dispositivo; no tiene que hacer nada.', locale: 'es');
  @override
  String get understood => 'Aceptar';
  @override
  String get incompatible => 'La aplicación y el servidor no se entienden. Actualice la aplicación.';
  @override
  String get unexpected => 'Algo salió mal en la aplicación. Envíe el informe desde los ajustes.';
  @override
  String get lastSync => 'Última sincronización';
  @override
  String get never => 'Nunca';
  @override
  String get waiting => 'Pendiente de envío';
  @override
  String edits(int count) => Intl.plural(count, zero: 'Nada', one: 'Un cambio', other: '${count} cambios', locale: 'es');
  @override
  String get look => 'Ver';
  @override
  String get settings => 'Ajustes';
  @override
  String get unitLead => 'Los pesos se muestran en esta unidad. Lo que usted anotó queda como está.';
  @override
  String get account => 'Cuenta';
  @override
  String get help => 'Ayuda';
  @override
  String get reportLead => 'Para el soporte: estados y horas, ni pesos ni contraseñas.';
  @override
  String get copyReport => 'Copiar informe';
  @override
  String get reportCopied => 'Informe copiado';
  @override
  String get changePassword => 'Cambiar contraseña';
  @override
  String get changePasswordLead => 'Sus otros dispositivos tendrán que volver a iniciar sesión.';
  @override
  String get currentPassword => 'Contraseña actual';
  @override
  String get newPassword => 'Contraseña nueva';
  @override
  String get passwordChanged => 'Contraseña cambiada';
  @override
  String get devices => 'Dispositivos con sesión';
  @override
  String deviceSeen(String time) => 'Visto por última vez: ${time}';
  @override
  String get unnamedDevice => 'Dispositivo sin nombre';
  @override
  String signOutDevice(String name) => '¿Cerrar la sesión de ${name}?';
  @override
  String get signOutDeviceLead => 'Necesitará la contraseña para sincronizar. Lo que aún no ha enviado queda en él.';
  @override
  String get tryAgain => 'Reintentar';
  @override
  String get signOut => 'Cerrar sesión';
  @override
  String get signOutLead => '¿Qué hacer con los pesos de este dispositivo? El servidor conserva los que tiene.';
  @override
  String signOutUnsent(int count) => Intl.plural(count, one: 'Un cambio aún no se ha enviado. Se pierde si quita los pesos.', other: '${count} cambios aún no se han enviado. Se pierden si quita los pesos.', locale: 'es');
  @override
  String get signOutHidden => 'En este dispositivo conserva otros pesos aparte. Los de la cuenta quedarán ocultos hasta que vuelva a iniciar sesión.';
  @override
  String get keepHere => 'Conservar en este dispositivo';
  @override
  String get removeHere => 'Quitar de este dispositivo';
  @override
  String get deleteAccount => 'Eliminar cuenta';
  @override
  String get confirmWithGoogle => 'Confirmar con Google y eliminar la cuenta';
  @override
  String get deleteAccountLead => 'Todos sus pesos se borran: aquí, en el servidor y en sus otros dispositivos. No se puede deshacer.';
  @override
  String get conflicts => 'Cambiado dos veces';
  @override
  String get conflictsLead => 'Se tomó el cambio más reciente. Usted puede decidir otra cosa.';
  @override
  String get noConflicts => 'Nada que decidir';
  @override
  String get noConflictsLead => 'Todos sus dispositivos coinciden.';
  @override
  String get thisDevice => 'Este dispositivo';
  @override
  String get otherDevice => 'Otro dispositivo';
  @override
  String get standsNow => 'Vigente';
  @override
  String get deletedVersion => 'Eliminado';
  @override
  String editedAt(String time) => 'Cambiado: ${time}';
  @override
  String get keepMine => 'Conservar el mío';
  @override
  String get keepTheirs => 'Conservar el otro';
  @override
  String get keepBoth => 'Conservar ambos';
  @override
  String get undoOverwrite => 'Deshacer: recuperar el otro';
  @override
  String get bringMineBack => 'Recuperar el mío';
  @override
  String get youOverwrote => 'Su cambio reemplazó uno de otro dispositivo.';
  @override
  String get newerOnServer => 'Un cambio posterior de otro dispositivo reemplazó el suyo.';
  @override
  String get deletedOnServer => 'Se eliminó en otro dispositivo.';
  @override
  String get goneOnServer => 'El servidor ya no tiene este peso.';
}
