"""How subscriptions follow the log (订阅如何跟随事件日志): one reader of its tail for all that a process serves."""
