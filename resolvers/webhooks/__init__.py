"""Webhooks as they are delivered (事件推送的执行): what is sent, where to, and by which process."""
