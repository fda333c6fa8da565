// One window with the Flutter app.
#include <flutter/dart_project.h>
#include <flutter/flutter_view_controller.h>
#include <shellapi.h>
#include <windows.h>

#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flutter/generated_plugin_registrant.h"

namespace {

constexpr wchar_t kClassName[] = L"WEIGHT_SYNC_EXAMPLE_WINDOW";
constexpr int kWidth = 480;
constexpr int kHeight = 860;

std::unique_ptr<flutter::FlutterViewController> controller;

std::string Utf8(const wchar_t* text) {
  const int size = ::WideCharToMultiByte(CP_UTF8, 0, text, -1, nullptr, 0, nullptr, nullptr);
  std::string result(size > 0 ? size - 1 : 0, '\0');
  if (size > 1) ::WideCharToMultiByte(CP_UTF8, 0, text, -1, result.data(), size, nullptr, nullptr);
  return result;
}

// The arguments of the command line without the program's name, for the Dart code.
std::vector<std::string> Arguments() {
  std::vector<std::string> arguments;
  int count = 0;
  wchar_t** const words = ::CommandLineToArgvW(::GetCommandLineW(), &count);
  for (int i = 1; i < count; i++) arguments.push_back(Utf8(words[i]));
  ::LocalFree(words);
  return arguments;
}

// The Flutter view fills the window.
void FitView(HWND window) {
  if (!controller) return;
  RECT area;
  ::GetClientRect(window, &area);
  ::MoveWindow(controller->view()->GetNativeWindow(), 0, 0, area.right, area.bottom, TRUE);
}

LRESULT CALLBACK OnMessage(HWND window, UINT message, WPARAM wide, LPARAM long_parameter) {
  if (controller) {
    // Flutter and the plug-ins come first.
    const std::optional<LRESULT> result = controller->HandleTopLevelWindowProc(window, message, wide, long_parameter);
    if (result) return *result;
  }
  switch (message) {
    case WM_SIZE:
      FitView(window);
      return 0;
    case WM_ACTIVATE:
      if (controller) ::SetFocus(controller->view()->GetNativeWindow());
      return 0;
    case WM_FONTCHANGE:
      if (controller) controller->engine()->ReloadSystemFonts();
      break;
    case WM_DPICHANGED: {
      // The window was moved to a screen with another scale.
      const auto* area = reinterpret_cast<const RECT*>(long_parameter);
      ::SetWindowPos(window, nullptr, area->left, area->top, area->right - area->left, area->bottom - area->top,
                     SWP_NOZORDER | SWP_NOACTIVATE);
      return 0;
    }
    case WM_DESTROY:
      controller = nullptr;
      ::PostQuitMessage(0);
      return 0;
  }
  return ::DefWindowProc(window, message, wide, long_parameter);
}

HWND CreateMainWindow(HINSTANCE instance) {
  WNDCLASS window_class{};
  window_class.lpszClassName = kClassName;
  window_class.hCursor = ::LoadCursor(nullptr, IDC_ARROW);
  // The only icon of runner.rc.
  window_class.hIcon = ::LoadIcon(instance, MAKEINTRESOURCE(101));
  window_class.style = CS_HREDRAW | CS_VREDRAW;
  window_class.hInstance = instance;
  window_class.lpfnWndProc = OnMessage;
  ::RegisterClass(&window_class);
  const int dpi = static_cast<int>(::GetDpiForSystem());
  return ::CreateWindow(kClassName, L"Weight", WS_OVERLAPPEDWINDOW, CW_USEDEFAULT, CW_USEDEFAULT,
                        ::MulDiv(kWidth, dpi, USER_DEFAULT_SCREEN_DPI), ::MulDiv(kHeight, dpi, USER_DEFAULT_SCREEN_DPI),
                        nullptr, nullptr, instance, nullptr);
}

bool ShowApp(HWND window) {
  flutter::DartProject project(L"data");
  project.set_dart_entrypoint_arguments(Arguments());
  RECT area;
  ::GetClientRect(window, &area);
  controller = std::make_unique<flutter::FlutterViewController>(area.right, area.bottom, project);
  if (!controller->engine() || !controller->view()) return false;
  RegisterPlugins(controller->engine());
  ::SetParent(controller->view()->GetNativeWindow(), window);
  FitView(window);
  // Before the first frame there is nothing to see.
  controller->engine()->SetNextFrameCallback([window] { ::ShowWindow(window, SW_SHOWNORMAL); });
  controller->ForceRedraw();
  return true;
}

}  // namespace

int APIENTRY wWinMain(_In_ HINSTANCE instance, _In_opt_ HINSTANCE, _In_ wchar_t*, _In_ int) {
  // "flutter run" reads the console.
  ::AttachConsole(ATTACH_PARENT_PROCESS);
  // Plug-ins need COM.
  if (FAILED(::CoInitializeEx(nullptr, COINIT_APARTMENTTHREADED))) return EXIT_FAILURE;
  const HWND window = CreateMainWindow(instance);
  int code = EXIT_FAILURE;
  if (window && ShowApp(window)) {
    MSG message;
    while (::GetMessage(&message, nullptr, 0, 0) > 0) {
      ::TranslateMessage(&message);
      ::DispatchMessage(&message);
    }
    code = EXIT_SUCCESS;
  }
  controller = nullptr;
  ::CoUninitialize();
  return code;
}
