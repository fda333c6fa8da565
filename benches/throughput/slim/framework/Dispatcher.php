<?php
declare(strict_types=1);

namespace Bench\Framework;

/** The innermost handler: calls what the router finds. */
final class Dispatcher implements Handler
{
    public function __construct(private Container $container, private Router $router)
    {
    }

    public function handle(Request $request): Response
    {
        [$handler, $variables] = $this->router->match($request->getMethod(), $request->getUri()->getPath());
        foreach ($variables as $name => $value) {
            $request = $request->withAttribute($name, $value);
        }
        return is_string($handler) ? $this->container->get($handler)->handle($request) : $handler($request);
    }
}
