"""The words of the field app, each by its key; the app takes them along in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from gewu.kernel.texts import Text, say

WORDS: Mapping[str, Text] = {
    "app": say("格物外勤"),
    "today": say("今天"),
    "map": say("网格图"),
    "queue": say("待传与已传"),
    "more": say("更多"),
    "help": say("帮助"),
    "report": say("上报问题"),
    "settle": say("当场处置"),
    "looks": say("待核实"),
    "checks": say("核查与办理"),
    "cases": say("工单"),
    "whistle": say("吹哨"),
    "tasks": say("巡查与任务"),
    "clues": say("线索核查"),
    "clue_hint": say("线索只是比对出来的，不一定对。到现场看过才算数。"),
    "clue_confirm": say("属实"),
    "clue_dismiss": say("不属实"),
    "clue_there": say("到了现场再取，没有位置不能下结论"),
    "clue_matter": say("不填就按这条线索的类别立案"),
    "k_clue": say("线索核查"),
    "k_positions": say("巡查位置"),
    "way_on": say("正在记录巡查位置"),
    "way_waiting": say("正在记录巡查位置，等待定位信号"),
    "way_paused": say("位置记录已暂停，巡查照常进行"),
    "way_denied": say("没有得到定位许可，这次巡查不记录位置"),
    "way_pause": say("暂停"),
    "way_go_on": say("继续"),
    "way_again": say("再试"),
    "way_today": say("我今天走的路"),
    "way_hint": say("开始后，应用开着时会记录您的位置，随时可以暂停，一结束就停。不巡查时不记录。"),
    "way_kept": say("只在巡查开着的时候记下，按批提交，同一批只算一次。手机上的到当天为止。"),
    "way_drop": say("删掉没有被接受的"),
    "walked": say("今天已巡查 {span}"),
    "walk_left": say("还可以巡查 {span}"),
    "hours_minutes": say("{h} 小时 {n} 分"),
    "rest_due": say("已连续巡查两小时，请休息一刻钟。"),
    "end_no_check_in": say("还没有在任何一处签到。先签到再完成，不然不会被接受。"),
    "spots": say("点位"),
    "spots_hint": say("和实际不一样的，点开改。只写地方，不写人。"),
    "spot_hint": say("只改不对的几处。只写地方的情况，不写人和电话。"),
    "spot_correct": say("更正"),
    "spot_name": say("名称"),
    "spot_kind": say("类型"),
    "spot_address": say("地址"),
    "spot_hours": say("开放或能联系的时间"),
    "spot_access": say("从哪里进"),
    "spot_fire": say("消防器材在哪里"),
    "spot_area": say("所属重点区域"),
    "spot_apart": say("您和别人改了同一处，先对照着定下来，再接着改。"),
    "spot_refused": say("您上一次的更正没有被接受，先到待传里处理。"),
    "fact_empty": say("没有填"),
    "k_spot_edit": say("更正点位"),
    "k_spot_decided": say("定下点位的写法"),
    "joined": say("已送达。这期间别人改了{facts}，两边的改动都在。"),
    "and": say("、"),
    "side_base": say("原来："),
    "decide_each": say("每一处都要选一种写法"),
    "decided_waits": say("已经定下，等待提交。"),
    "help_spots_title": say("点位"),
    "help_spots": say(
        "网格里常去的地方：市场、学校、工地。"
        "哪一处和实际不一样，点开改掉，没有网络也能改，每一版都留着。"
        "别人这期间改了别的几处，两边的改动合在一起并告诉您；改了同一处，就并排给您看，由您或工作台上的人来定。"
    ),
    "task_going": say("进行中"),
    "visit": say("走访"),
    "calls": say("报到与协办"),
    "messages": say("消息"),
    "numbers": say("我的数字"),
    "bar_today": say("今天"),
    "bar_map": say("地图"),
    "bar_report": say("上报"),
    "bar_queue": say("待传"),
    "bar_more": say("更多"),
    "navigation": say("主导航"),
    "back": say("回到今天"),
    "help_of": say(
        "“{page}”的帮助"
    ),
    "sign_in": say("登录"),
    "stranger": say("请先登录一次。登录后没有网络也能打开和使用。"),
    "session_over": say("登录已到期。待传的内容都在，登录后会接着提交。"),
    "offline": say("现在没有网络。照常填写，恢复后会自动提交一次。"),
    "others_wait": say("这部手机上还有{name}的 {n} 条没有提交，要由本人登录后提交。"),
    "somebody": say("另一位同事"),
    "new_version": say("外勤应用有新版本。"),
    "reload": say("更新"),
    "kept_online": say("已记下，正在提交"),
    "kept_offline": say("已记在手机里，有网络时自动提交"),
    "as_of": say("内容取自 {time}"),
    "no_day": say("还没有取到今天的内容，请在有网络时打开一次"),
    "soonest": say("最先到期"),
    "nothing": say("没有"),
    "gone": say("这一件已不在今天的内容里，可能已由别人办理"),
    "cut": say("只带上了最先到期的一百件，其余请在工作台上看"),
    "waiting": say("待传"),
    "open": say("打开"),
    "choose": say("请选择"),
    "any": say("不填"),
    "needed": say("请填写“{field}”"),
    "hand_in": say("提交"),
    "photos": say("照片"),
    "photo": say("拍照或选照片"),
    "photo_n": say("第 {n} 张照片"),
    "remove_photo": say("去掉第 {n} 张照片"),
    "photo_before": say("处置前照片"),
    "photo_after": say("处置后照片"),
    "what": say("是什么情况"),
    "voice": say("录音说明"),
    "voice_hint": say("不方便打字时用，最长一分钟"),
    "record": say("开始录音"),
    "stop_recording": say("正在录音，点此结束（最长 {n} 秒）"),
    "remove_sound": say("去掉录音"),
    "no_microphone": say("没有得到话筒的许可，请用文字说明"),
    "position": say("位置"),
    "here": say("取我现在的位置"),
    "locating": say("正在取位置……"),
    "nowhere": say("没有取得位置，请写明在哪里"),
    "address": say("在哪里"),
    "grid": say("网格"),
    "matter": say("事项类别"),
    "matter_hint": say("不确定就不填，由受理员来定"),
    "result": say("怎样处置的"),
    "settle_hint": say("只限小事：已经处理好、不用别的单位来办的。另一个人会核查。"),
    "finding": say("看到的情况"),
    "w_reason": say("理由"),
    "w_result": say("办理结果"),
    "w_answer": say("给反映人的答复"),
    "w_finding": say("看到的情况"),
    "step_waits": say("您刚办的一步还没有传上去，传到后再看下一步。"),
    "on_desk": say("在工作台上看这一件"),
    "blow": say("吹哨"),
    "whistle_hint": say("要几家一起到场才办得了的，从这里选一件工单吹哨。"),
    "whistle_kind": say("哪一种"),
    "whistle_task": say("请各方到场做什么"),
    "officials": say("请哪些人"),
    "units": say("请哪些单位"),
    "messages_read": say("全部标为已读"),
    "numbers_hint": say("只数您自己从外勤应用办的，按到达的时间。只有您自己看得到。"),
    "what_done": say("做了什么"),
    "n_day": say("今天"),
    "n_week": say("七天"),
    "n_month": say("三十天"),
    "no_map": say("没有您负责的网格的图形"),
    "nearer": say("放大"),
    "farther": say("缩小"),
    "map_hint": say("两指缩放，点一下圆点打开。"),
    "queue_hint": say("按填写的先后提交。提交成功以前，内容都留在手机里，关掉或没电也不会丢。"),
    "send_now": say("现在提交"),
    "waiting_n": say("还没有提交成功的（{n}）"),
    "sent": say("已经提交的"),
    "files_n": say("{n} 个附件"),
    "made_at": say("填写于 {time}"),
    "arrived_at": say("送达于 {time}"),
    "retry": say("再提交一次"),
    "withdraw": say("不提交了"),
    "sure_withdraw": say("确定不提交“{title}”了吗？它和排在它之后的会从手机里删除。"),
    "decide": say("这期间别人也改了同一处。请对照，每处选一种写法："),
    "side_mine": say("我写的"),
    "side_theirs": say("别人写的"),
    "decided": say("就这样提交"),
    "s_waiting": say("等待提交"),
    "s_taken": say("已送达"),
    "s_refused": say("没有被接受"),
    "s_conflict": say("要您来定"),
    "k_report": say("上报问题"),
    "k_finding": say("现场核实"),
    "k_case_step": say("工单办理"),
    "k_settled": say("当场处置"),
    "k_whistle": say("吹哨"),
    "k_called_step": say("报到与协办"),
    "k_task_step": say("巡查任务"),
    "k_task_finding": say("巡查发现"),
    "k_visit": say("走访"),
    "task_start": say("开始这项任务"),
    "task_found": say("发现问题"),
    "task_finish": say("完成"),
    "task_none": say("签字确认未发现问题"),
    "task_stop": say("第 {n} 处"),
    "task_checked_in": say("已签到"),
    "task_check_in": say("在这里签到"),
    "task_check_in_here": say("带上位置签到"),
    "task_ended": say("这项任务已经做完，等待提交或已提交。"),
    "task_not_yet": say("现在还没有轮到您做的步骤。"),
    "task_left": say("还有 {n} 项没有看"),
    "task_why": say("没有看全或没有发现问题时，请写明理由"),
    "task_statement": say("说明"),
    "o_fine": say("正常"),
    "o_found": say("有问题"),
    "o_absent": say("没有"),
    "o_item": say("检查项"),
    "yes": say("是"),
    "no": say("否"),
    "visit_kind": say("哪一种走访"),
    "help_tasks_title": say("巡查与任务"),
    "help_tasks": say(
        "到了开始，到一处签到一处，逐项点“正常”“有问题”或“没有”。"
        "有问题的写一句话、拍照，会按类别立案。"
        "全部看过没有问题，就签字确认。"
        "没有网络时照常做，做的时间会一起送达。"
        "巡查开着时会记录位置，页面顶上写着，可以暂停；应用关上或巡查结束就不记。"
        "一天最多巡查八小时，连续两小时提醒您休息。"
    ),
    "help_clues_title": say("线索核查"),
    "help_clues": say(
        "线索是数据比对出来的，只用来请您去看一看。"
        "到了现场取位置、写下看到的：属实就立案，不属实就到此为止，还会记到比对规则的准确率里。"
        "没有网络时照常填，看的时间会一起送达。"
    ),
    "help_visit_title": say("走访"),
    "help_visit": say(
        "走访完填一次：填了哪一部分，就为那一部分立一件事。"
        "只写事情，不写这户人家怎么样。"
    ),
    "k_messages_read": say("标为已读"),
    "lines": say("我的各项工作"),
    "lines_hint": say("登录一次，下面各处都能直接打开（要有网络）。"),
    "this_phone": say("这部手机"),
    "not_offline": say("现在的连接不安全或浏览器不支持，离开网络后打不开。请用 https 地址打开，见使用说明。"),
    "offline_ready": say("已装在手机里，没有网络也能打开。"),
    "large": say("大字"),
    "sun": say("强光下看清楚"),
    "leave": say("退出登录"),
    "push": say("有急事时在手机上提醒我"),
    "push_on": say("已打开提醒。提醒里只说有消息，不说内容。"),
    "push_off": say("不再提醒"),
    "push_failed": say("手机或推送服务没有同意，消息照常在这里看"),
    "left": say("还有 {span}"),
    "late": say("已超 {span}"),
    "days": say("{n} 天"),
    "hours": say("{n} 小时"),
    "minutes": say("{n} 分钟"),
    "help_all": say(
        "看全部帮助"
    ),
    "help_today_title": say("今天"),
    "help_today": say(
        "打开就是今天要做的事。"
        "数字是等您去办的件数。"
        "有网络时内容会自动更新，没有网络时照常使用上次带来的内容。"
    ),
    "help_report_title": say("上报问题"),
    "help_report": say(
        "拍照、写一句话、取位置，三步就能提交。"
        "照片会先缩小再传，断了会接着传。"
        "写到一半关掉也不会丢，下次打开还在。"
    ),
    "help_settle_title": say("当场处置"),
    "help_settle": say(
        "小事当场处理好，用处置前后的照片说明，提交后由另一个人核查。"
        "办不了的请上报。"
    ),
    "help_looks_title": say("待核实"),
    "help_looks": say(
        "受理员请您到现场看一看：写下看到的情况，配上照片。"
        "到期的排在最前。"
    ),
    "help_cases_title": say("核查与办理"),
    "help_cases": say(
        "到现场看是不是真的修好了：开始核查，再写结论。"
        "两步可以在没有网络时一次办完。"
        "如果别人先动了这一件，您的这一步不会被接受，待传里会写明是谁、改成了什么。"
    ),
    "help_whistle_title": say("吹哨"),
    "help_whistle": say(
        "要几家一起到场才办得了的事，选种类、写明请各方做什么、勾选单位或人。"
        "各方要在时限内报到。"
    ),
    "help_calls_title": say("报到与协办"),
    "help_calls": say(
        "有人吹哨请您到场：到了就报到，写明在哪里，或取当前位置。"
        "办完写结果。"
        "没有网络时报到，记下您填写的时间；是否按时以送达的时间算，填写的时间在记录里能看到。"
    ),
    "help_map_title": say("网格图"),
    "help_map": say(
        "您的网格和里面等着办的事。"
        "圆点可以点开。"
        "粗线是您今天巡查走过的路，只有开着巡查时才记，别人要看得写明理由，您会收到消息。"
        "其余时候位置只在您点按时取一次。"
    ),
    "help_messages_title": say("消息"),
    "help_messages": say(
        "平台告诉您的事。"
        "点开看全文。"
    ),
    "help_numbers_title": say("我的数字"),
    "help_numbers": say(
        "您自己从外勤应用办了多少，今天、七天和三十天。"
        "不和别人比，不打分。"
    ),
    "help_queue_title": say("待传与已传"),
    "help_queue": say(
        "您做的每一件都先记在手机里，按先后提交，只算一次。"
        "没有被接受的会写明原因：改好再提交，或不提交了。"
        "别人同时改了同一处时，两种写法并排给您看，由您来定。"
    ),
    "help_more_title": say("更多"),
    "help_more": say(
        "各项工作从这里进，不用再登录。"
        "大字、强光、语言也在这里。"
        "换人使用前请退出登录：没有提交的会留着，等您下次登录再提交。"
    ),
}  # fmt: skip
