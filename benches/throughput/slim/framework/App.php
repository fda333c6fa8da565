<?php
declare(strict_types=1);

namespace Bench\Framework;

/** Middleware around a router. */
final class App implements Handler
{
    private Router $router;
    /** @var string[] */
    private array $middleware = [];

    public function __construct(private Container $container)
    {
        $this->router = new Router();
    }

    public function add(string $middleware): void
    {
        $this->middleware[] = $middleware;
    }

    public function get(string $pattern, mixed $handler): void
    {
        $this->router->map('GET', $pattern, $handler);
    }

    public function post(string $pattern, mixed $handler): void
    {
        $this->router->map('POST', $pattern, $handler);
    }

    public function put(string $pattern, mixed $handler): void
    {
        $this->router->map('PUT', $pattern, $handler);
    }

    public function delete(string $pattern, mixed $handler): void
    {
        $this->router->map('DELETE', $pattern, $handler);
    }

    public function handle(Request $request): Response
    {
        $handler = new Dispatcher($this->container, $this->router);
        foreach (array_reverse($this->middleware) as $middleware) {
            $handler = new Chain($this->container, $middleware, $handler);
        }
        return $handler->handle($request);
    }

    public function emit(Response $response): void
    {
        http_response_code($response->getStatusCode());
        foreach ($response->getHeaders() as $name => $values) {
            foreach ($values as $value) {
                header("$name: $value", false);
            }
        }
        echo $response->getBody()->getContents();
    }
}
